import type { MetricScope } from './metric-labels.ts';

/** Of one step: a publish, a store call, the processing of one event, one answer. Thresholds of SLOs are among them. */
export const stepBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Of an order's life: up to the workshop's deadline of 30 minutes, the demo's 30 s and the configured one included. */
export const orderBuckets = ({ orderTimeoutMs }: Pick<MetricScope, 'orderTimeoutMs'>): number[] =>
  [...new Set([...stepBuckets, 15, 30, 60, 120, 300, 600, 1800, orderTimeoutMs / 1000])].sort((a, b) => a - b);
