/** What a run showed, for a program; times in ms. `npm run load` reads it as JSON. */
export interface Summary {
  readonly run: string | undefined;
  readonly orders: Readonly<Record<'accepted' | 'refused' | 'failed' | 'doubled' | 'dropped', number>>;
  readonly followed: Readonly<Record<'ready' | 'cancelled' | 'timeout' | 'lost', number>>;
  readonly answer: Percentiles;
  readonly timeToReady: Percentiles;
  readonly slowest: { readonly tookMs: number; readonly traceId: string } | undefined;
  readonly thresholds: readonly Judged[];
  readonly breakpoint: Breakpoint | undefined;
}

export type Percentiles = Readonly<Record<'p50' | 'p95' | 'p99' | 'max', number>>;

export interface Judged {
  /** `time_to_ready: p(95)<5000` */
  readonly threshold: string;
  readonly ok: boolean;
}

/** Orders per second. */
export interface Breakpoint {
  /** The highest rate at which every SLO held; undefined: not even the first. */
  readonly held: number | undefined;
  /** The first that missed, and what; undefined: none did. */
  readonly missed: { readonly rate: number; readonly thresholds: readonly string[] } | undefined;
}

const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const times = ({ p50, p95, p99, max }: Percentiles): string =>
  `p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}, max ${ms(max)}`;
const counts = (of: Readonly<Record<string, number>>): string =>
  Object.entries(of)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');

/** The missed thresholds come last, where one looks for them. */
export function summaryText(summary: Summary): string {
  const { orders, followed, answer, timeToReady, slowest, thresholds, breakpoint } = summary;
  const missed = thresholds.filter(({ ok }) => !ok).map(({ threshold }) => `  missed          ${threshold}`);
  return [
    '',
    `  orders          ${counts(orders)}`,
    `  answer          ${times(answer)}`,
    `  followed        ${counts(followed)}`,
    `  time to ready   ${times(timeToReady)}`,
    ...(slowest ? [`  slowest         ${slowest.tookMs} ms, trace ${slowest.traceId}`] : []),
    ...(breakpoint ? [`  breakpoint      ${breakpointText(breakpoint)}`] : []),
    ...(missed.length > 0 ? missed : [`  thresholds      all ${thresholds.length} held`]),
  ].join('\n');
}

export function breakpointText({ held, missed }: Breakpoint): string {
  const best = held === undefined ? 'not even the first rate held' : `every SLO held at ${held} orders/s`;
  return missed
    ? `${best}; at ${missed.rate}/s missed: ${missed.thresholds.join(', ') || 'the rate itself'}`
    : `${best}; no higher one was tried`;
}
