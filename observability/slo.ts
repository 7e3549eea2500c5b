/** What this stack promises, as data, for rules, alerts, dashboards and load tests. It imports nothing, so k6 can import it. */
export interface Slo {
  /** The label `slo` of its recorded series. */
  readonly name: string;
  readonly title: string;
  /** Share of good events, 0 to 1, over `windowDays`. */
  readonly objective: number;
  /** For a latency: what counts as good, in seconds. It is one of the histogram's buckets. */
  readonly withinSeconds?: number;
  /** One sentence: which events, and which of them are good. */
  readonly meaning: string;
}

/** Over which the error budget is spent. */
export const windowDays = 30;

export const slos = {
  intakeAvailability: {
    name: 'intake-availability',
    title: 'Intake answers',
    objective: 0.995,
    meaning: 'Orders posted; good: answered with anything but a 5xx.',
  },
  intakeLatency: {
    name: 'intake-latency',
    title: 'Intake is fast',
    objective: 0.99,
    withinSeconds: 0.25,
    meaning: 'Orders posted; good: answered within 250 ms.',
  },
  timeToReady: {
    name: 'time-to-ready',
    title: 'Ready in time',
    objective: 0.95,
    withinSeconds: 5,
    meaning: 'Orders that became ready; good: within 5 s of being placed.',
  },
  ordersDecided: {
    name: 'orders-decided',
    title: 'No timeouts',
    objective: 0.99,
    meaning: 'Orders that ended; good: ready or cancelled by a reason, not timed out because an event never came.',
  },
} as const satisfies Record<string, Slo>;

/** A pair of windows: both must burn at `factor` times the sustainable rate, so that an alert starts and ends soon. */
export interface BurnRate {
  readonly alert: 'SloBurnFast' | 'SloBurnSlow' | 'SloBurnDemo';
  readonly severity: 'page' | 'ticket' | 'demo';
  readonly factor: number;
  readonly long: string;
  readonly short: string;
  /** Fewer events than this in the long window say nothing. */
  readonly leastEvents: number;
}

/** SRE Workbook, chapter 5, for 30 days; `demo` tells within a minute what a page tells within an hour. */
export const burnRates: readonly BurnRate[] = [
  { alert: 'SloBurnFast', severity: 'page', factor: 14.4, long: '1h', short: '5m', leastEvents: 50 },
  { alert: 'SloBurnFast', severity: 'page', factor: 6, long: '6h', short: '30m', leastEvents: 50 },
  { alert: 'SloBurnSlow', severity: 'ticket', factor: 1, long: '3d', short: '6h', leastEvents: 100 },
  { alert: 'SloBurnDemo', severity: 'demo', factor: 14.4, long: '5m', short: '1m', leastEvents: 20 },
];

/** An order that nobody decides on for so long after its deadline is late: twice the demo's deadline of 30 s. Seconds. */
export const overdueSeconds = 30;
