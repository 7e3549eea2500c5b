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
  const { metrics, setup_data: setup } = data;
  const count = (name: string): number => metrics[name]?.values.count ?? 0;
  const orders = (name: string): number => count(`orders_${name}`);
  return {
    run: setup?.run,
    orders: {
      accepted: orders('accepted'),
      refused: orders('refused'),
      failed: orders('failed'),
      doubled: orders('doubled'),
      dropped: count('dropped_iterations'),
    },
    followed: {
      ready: orders('ready'),
      cancelled: orders('cancelled'),
      timeout: orders('timeout'),
      lost: orders('lost'),
    },
    answer: percentilesOf(metrics[`http_req_duration{name:${POST_ORDER}}`]),
    timeToReady: percentilesOf(metrics['time_to_ready{story:plain}']),
    slowest: slowestOf(data),
    thresholds: judgedIn(data),
    breakpoint,
  };
}

function percentilesOf({ values = {} }: Partial<SummaryMetric> = {}): Percentiles {
  const { med = 0, 'p(95)': p95 = 0, 'p(99)': p99 = 0, max = 0 } = values;
  return { p50: med, p95, p99, max };
}

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
