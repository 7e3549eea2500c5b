import type { ObjectThreshold } from 'k6/options';
import { slos } from '../../observability/slo.ts';
import { POST_ORDER } from './place-order.ts';

type Thresholds = Record<string, (string | ObjectThreshold)[]>;
type Tags = Readonly<Record<string, string>>;

const { intakeAvailability, intakeLatency, timeToReady, ordersDecided } = slos;
const round = (value: number): number => Number(value.toPrecision(6));
const faster = ({ objective, withinSeconds }: typeof intakeLatency | typeof timeToReady): string =>
  `p(${round(objective * 100)})<${withinSeconds * 1_000}`;
const rarer = ({ objective }: { readonly objective: number }): string => `rate<=${round(1 - objective)}`;

/** k6 gives a metric with a tag a figure of its own: `time_to_ready{step:400}`. */
const tagged = (metric: string, tags: Tags): string => {
  const list = Object.entries(tags).map(([name, value]) => `${name}:${value}`);
  return list.length > 0 ? `${metric}{${list.join(',')}}` : metric;
};

/** `from`: seconds after which a missed threshold ends the test; without it the test runs to its end, and fails then. */
const must = (threshold: string, from: number | undefined): ObjectThreshold[] => [
  { threshold, abortOnFail: from !== undefined, ...(from !== undefined && { delayAbortEval: `${from}s` }) },
];

/** The SLOs as thresholds of the orders with these tags. */
export const sloThresholds = (tags: Tags = {}, from?: number): Thresholds => ({
  ...outcomeThresholds(tags, from),
  [tagged('http_req_duration', { name: POST_ORDER, ...tags })]: must(faster(intakeLatency), from),
  // Otherwise the rate was lower than asked for.
  [tagged('dropped_iterations', tags)]: must('count<1', from),
});

/** The SLOs that can be judged by a few orders: of a hundred answers the p99 is only the slowest one. */
export const outcomeThresholds = (tags: Tags = {}, from?: number): Thresholds => ({
  [tagged('http_req_failed', { name: POST_ORDER, ...tags })]: must(rarer(intakeAvailability), from),
  [tagged('time_to_ready', tags)]: must(faster(timeToReady), from),
  [tagged('orders_undecided', tags)]: must(rarer(ordersDecided), from),
});

/** What holds under any load: nothing lost, nothing doubled, nothing wrong. A lost order ends the test at once. */
export const always = (): Thresholds => ({
  orders_lost: [{ threshold: 'count<1', abortOnFail: true }],
  orders_failed: ['count<1'],
  orders_doubled: ['count<1'],
  orders_ended_wrongly: ['count<1'],
  refused_without_retry_after: ['count<1'],
  // Never missed: k6 keeps separate figures only for metrics that a threshold names, and the summary shows these two.
  [tagged('http_req_duration', { name: POST_ORDER })]: ['max>=0'],
  [tagged('time_to_ready', { story: 'plain' })]: ['max>=0'],
});
