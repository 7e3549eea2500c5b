import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import { burnRates, type Slo, slos } from '../../slo.ts';
import type { RecordingRule, RuleGroup } from './rule.ts';

/** All events of an SLO and the bad ones among them, as increases over a window. */
interface Counted {
  readonly slo: Slo;
  readonly total: (window: string) => string;
  readonly bad: (window: string) => string;
}

const { httpSeconds, timeToReady, ordersResolved } = metrics;
const posted = (more = '') => `route="POST /orders"${more}`;
const requests = (selector: string) => (window: string) =>
  `sum(increase(${httpSeconds.name}_count{${selector}}[${window}]))`;
/** Zero where no series matches, so that no error is 0 and not nothing; nothing where there are no events at all. */
const orNone = (bad: string, total: string) => `(${bad} or 0 * ${total})`;

const within = (name: string, selector: string, seconds: number) => (window: string) =>
  `sum(increase(${name}_count{${selector}}[${window}])) - sum(increase(${name}_bucket{${selector ? `${selector},` : ''}le="${seconds}"}[${window}]))`;

/** Kept in the store: each replica tells the same, so the highest, never the sum. */
const resolved = (selector: string) => (window: string) =>
  `max(sum by (instance) (increase(${ordersResolved.name}{${selector}}[${window}])))`;

const counted: readonly Counted[] = [
  { slo: slos.intakeAvailability, total: requests(posted()), bad: requests(posted(',status=~"5.."')) },
  {
    slo: slos.intakeLatency,
    total: requests(posted()),
    bad: within(httpSeconds.name, posted(), slos.intakeLatency.withinSeconds),
  },
  {
    slo: slos.timeToReady,
    total: (window) => `sum(increase(${timeToReady.name}_count[${window}]))`,
    bad: within(timeToReady.name, '', slos.timeToReady.withinSeconds),
  },
  { slo: slos.ordersDecided, total: resolved(''), bad: resolved('outcome="timeout"') },
];

const windows = [...new Set(burnRates.flatMap(({ long, short }) => [short, long]))];

export const errorRatio = (window: string): string => `slo:errors:ratio_increase${window}`;
export const eventCount = (window: string): string => `slo:events:increase${window}`;

/** Share of bad events, and how many events there were, per SLO and window. A window without events has no ratio. */
export const sloRules: readonly RuleGroup[] = counted.map(({ slo, total, bad }) => ({
  name: `slo-${slo.name}`,
  rules: windows.flatMap((window): RecordingRule[] => [
    { record: eventCount(window), expr: total(window), labels: { slo: slo.name } },
    {
      record: errorRatio(window),
      expr: `${orNone(bad(window), total(window))}\n/ (${total(window)} > 0)`,
      labels: { slo: slo.name },
    },
  ]),
}));
