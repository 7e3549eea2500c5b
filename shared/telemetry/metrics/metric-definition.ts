import type { Labels, MetricScope } from './metric-labels.ts';

/** One metric of the catalogue. */
export interface MetricDefinition {
  readonly name: `pizza_${string}`;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly unit:
    | 'seconds'
    | 'minor units'
    | 'orders'
    | 'events'
    | 'messages'
    | 'faults'
    | 'rebuilds'
    | 'errors'
    | 'spans';
  readonly meaning: string;
  /**
   * Where the number is kept. `process`: in this process, from zero at its start, so sum over replicas. `store`: in the
   * service's store, and `broker`: at the broker, so every replica tells the same: take the max over replicas.
   * `stream`: in this process, but read from the stream, so the max as well.
   */
  readonly kept: 'process' | 'store' | 'broker' | 'stream';
  /** Who exports it, for the table. */
  readonly by: string;
  readonly labels: readonly string[];
  /** The series that exist from the start, at zero; undefined when this service does not export the metric. */
  readonly series: (scope: MetricScope) => readonly Labels[] | undefined;
  /** Upper bounds of a histogram's buckets, in its unit. */
  readonly buckets?: (scope: Pick<MetricScope, 'orderTimeoutMs'>) => readonly number[];
}
