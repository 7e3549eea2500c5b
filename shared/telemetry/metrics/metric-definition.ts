import { everyOf, isConsumer, isCorrelator, isIntake, type Labels, type MetricScope } from './metric-labels.ts';

export interface MetricDefinition {
  readonly name: `pizza_${string}`;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** `seconds`, `orders`, ... */
  readonly unit: string;
  readonly meaning: string;
  /** `process`: from zero at its start, sum over replicas. `store`, `broker`: every replica reports the same, take the max. */
  readonly kept: 'process' | 'store' | 'broker';
  /** Who exports it, for the table. */
  readonly by: string;
  readonly labels: readonly string[];
  /** The series that exist from the start, at zero; undefined when this service does not export the metric. */
  readonly series: (scope: MetricScope) => readonly Labels[] | undefined;
  /** Upper bounds of a histogram's buckets, in its unit. */
  readonly buckets?: (scope: Pick<MetricScope, 'orderTimeoutMs'>) => readonly number[];
}

/** Of one step: a publish, a store call, the processing of one event, one answer. Thresholds of SLOs are among them. */
export const stepBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Of an order's life: up to the workshop's deadline of 30 minutes, with the demo's slow bank (3 s), its 30 s and the configured deadline. */
export const orderBuckets = ({ orderTimeoutMs }: Pick<MetricScope, 'orderTimeoutMs'>): number[] =>
  [...new Set([...stepBuckets, 3, 4, 15, 30, 60, 120, 300, 600, 1800, orderTimeoutMs / 1000])].sort((a, b) => a - b);

/** How often Node samples its event loop's lag, ms. At the usual 10 ms this is most of what an idle service does. */
export const EVENT_LOOP_SAMPLE_MS = 100;

type ValuesOf = (scope: MetricScope) => readonly string[];
type LabelValues = Readonly<Record<string, readonly string[] | ValuesOf>>;

/** Who exports a metric, as text for the table and as a condition, and its label values: every combination is a series. */
export const exportedBy =
  (by: string, isExporter: (scope: MetricScope) => boolean) =>
  (values: LabelValues): { by: string; labels: string[]; series: (scope: MetricScope) => Labels[] | undefined } => ({
    by,
    labels: Object.keys(values),
    series: (scope) =>
      isExporter(scope)
        ? everyOf(
            Object.fromEntries(
              Object.entries(values).map(([label, each]) => [label, typeof each === 'function' ? each(scope) : each]),
            ),
          )
        : undefined,
  });

export const everywhere = exportedBy('every service', () => true);
export const atConsumers = exportedBy('services that consume', isConsumer);
export const atKitchen = exportedBy('the correlator', isCorrelator);
export const atHttpEdge = exportedBy('services with an HTTP edge', isIntake);

export const itself: ValuesOf = ({ service }) => [service];
export const consumed: ValuesOf = ({ reacts }) => reacts;
export const requirements: ValuesOf = ({ flow }) => flow.requirements.map(({ name }) => name);
