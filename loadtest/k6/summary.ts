import { machineReadable, ordersOfRun } from './environment.ts';
import { SLOWEST_UNIT } from './follow-order.ts';
import { POST_ORDER, traceIdOf } from './place-order.ts';
import { type Breakpoint, type Judged, type Percentiles, type Summary, summaryText } from './summary-text.ts';

/** The part of handleSummary's argument that is read here. */
export interface SummaryData {
  readonly metrics: Readonly<Record<string, SummaryMetric>>;
  /** What `setup` returned. */
  readonly setup_data?: { readonly run: string };
}

interface SummaryMetric {
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
}

/** Figures that k6 keeps for the summary. */
export const summaryTrendStats = ['count', 'min', 'med', 'p(95)', 'p(99)', 'max'];

export const handleSummary = (data: SummaryData): { stdout: string } => printSummary(summaryOf(data));

export function printSummary(summary: Summary): { stdout: string } {
  return { stdout: machineReadable ? `${JSON.stringify(summary)}\n` : `${summaryText(summary)}\n` };
}

export function summaryOf(data: SummaryData, breakpoint?: Breakpoint): Summary {
  const count = (name: string): number => data.metrics[name]?.values.count ?? 0;
  return {
    run: data.setup_data?.run,
    orders: {
      accepted: count('orders_accepted'),
      refused: count('orders_refused'),
      failed: count('orders_failed'),
      doubled: count('orders_doubled'),
      dropped: count('dropped_iterations'),
    },
    followed: {
      ready: count('orders_ready'),
      cancelled: count('orders_cancelled'),
      timeout: count('orders_timeout'),
      lost: count('orders_lost'),
    },
    answer: percentilesOf(data.metrics[`http_req_duration{name:${POST_ORDER}}`]),
    timeToReady: percentilesOf(data.metrics['time_to_ready{story:plain}']),
    slowest: slowestOf(data),
    thresholds: judgedIn(data),
    breakpoint,
  };
}

const percentilesOf = (metric: SummaryMetric | undefined): Percentiles => ({
  p50: metric?.values.med ?? 0,
  p95: metric?.values['p(95)'] ?? 0,
  p99: metric?.values['p(99)'] ?? 0,
  max: metric?.values.max ?? 0,
});

function slowestOf({ metrics, setup_data: setup }: SummaryData): Summary['slowest'] {
  const greatest = metrics.slowest_order?.values.max;
  if (!setup || greatest === undefined) return undefined;
  const { key } = ordersOfRun(setup.run, 'followed')(greatest % SLOWEST_UNIT);
  return { tookMs: Math.floor(greatest / SLOWEST_UNIT), traceId: traceIdOf(key) };
}

export const judgedIn = ({ metrics }: SummaryData): Judged[] =>
  Object.entries(metrics).flatMap(([name, { thresholds = {} }]) =>
    Object.entries(thresholds).map(([threshold, { ok }]) => ({ threshold: `${name}: ${threshold}`, ok })),
  );
