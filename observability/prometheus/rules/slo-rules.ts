import { burnRates, type Slo, slos } from '../../slo.ts';
import { increase, keptIncrease, names } from '../promql.ts';
import type { RecordingRule, RuleGroup } from './rule.ts';

type Count = (window: string) => string;

interface Counted {
  readonly slo: Slo;
  readonly total: Count;
  readonly bad: Count;
}

const { timeToReady, ordersResolved } = names;
const posted = (kind: string, more = '') => `${names.httpSeconds}_${kind}{route="POST /orders"${more}}`;
const of =
  (series: string): Count =>
  (window) =>
    increase(series, '', window);
const slower =
  (all: string, within: string): Count =>
  (window) =>
    `${of(all)(window)} - ${of(within)(window)}`;

const counted: readonly Counted[] = [
  { slo: slos.intakeAvailability, total: of(posted('count')), bad: of(posted('count', ',status=~"5.."')) },
  {
    slo: slos.intakeLatency,
    total: of(posted('count')),
    bad: slower(posted('count'), posted('bucket', `,le="${slos.intakeLatency.withinSeconds}"`)),
  },
  {
    slo: slos.timeToReady,
    total: of(`${timeToReady}_count`),
    bad: slower(`${timeToReady}_count`, `${timeToReady}_bucket{le="${slos.timeToReady.withinSeconds}"}`),
  },
  {
    slo: slos.ordersDecided,
    total: (window) => keptIncrease(ordersResolved, '', window),
    bad: (window) => keptIncrease(`${ordersResolved}{outcome="timeout"}`, '', window),
  },
];

const windows = [...new Set(burnRates.flatMap(({ long, short }) => [short, long]))];

export const errorRatio = (window: string): string => `slo:errors:ratio_increase${window}`;
export const eventCount = (window: string): string => `slo:events:increase${window}`;

/** Share of bad events and number of events, per SLO and window: 0 without bad events, absent without any. */
export const sloRules: readonly RuleGroup[] = counted.map(({ slo, total, bad }) => ({
  name: `slo-${slo.name}`,
  rules: windows.flatMap((window): RecordingRule[] => [
    { record: eventCount(window), expr: total(window), labels: { slo: slo.name } },
    {
      record: errorRatio(window),
      expr: `(${bad(window)} or 0 * ${total(window)})\n/ (${total(window)} > 0)`,
      labels: { slo: slo.name },
    },
  ]),
}));
