import { startBullmq } from './variants/bullmq.ts';
import { choreography, direct, overHttp } from './variants/choreography.ts';
import type { Variant } from './variants/variant.ts';
import { withoutMetrics } from './variants/without-metrics.ts';

/** 15 (POST, five publishes, nine deliveries), less the deliveries of the last `kitchen.ready` that are pending at the stop. */
const MIN_SPANS_PER_ORDER = 14.5;
const TENTH = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' };

export interface Comparison {
  /** Name of the variant that the others are compared to. */
  readonly peer: string;
  readonly variants: readonly Variant[];
}

/** The choreography and BullMQ. */
export const flows: Comparison = {
  peer: 'BullMQ flows',
  variants: [
    { name: 'choreography direct', start: choreography({ openDriver: direct }) },
    { name: 'BullMQ flows', start: startBullmq },
    { name: 'choreography over HTTP', start: choreography({ openDriver: overHttp }) },
    { name: 'serial consumer', start: choreography({ openDriver: direct, env: { CONCURRENCY: '1' } }) },
  ],
};

const asStarted = choreography({ openDriver: overHttp });

/** What metrics and traces cost. */
export const telemetry: Comparison = {
  peer: 'nothing',
  variants: [
    { name: 'nothing', start: choreography({ openDriver: overHttp, services: withoutMetrics }) },
    { name: 'metrics', start: asStarted },
    { name: 'metrics + all traces', start: asStarted, traces: { env: {}, minSpansPerOrder: MIN_SPANS_PER_ORDER } },
    { name: 'metrics + 10 % traces', start: asStarted, traces: { env: TENTH, minSpansPerOrder: 0 } },
  ],
};
