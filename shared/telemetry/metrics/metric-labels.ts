import { contractOf, correlatorOf, emittedBy, type Flow, type Requirement } from '#shared/contracts/flow.ts';

/** Whose metrics: one process of one service. */
export interface MetricScope {
  readonly flow: Flow;
  readonly service: string;
  /** The short types that it consumes. */
  readonly reacts: readonly string[];
  readonly orderTimeoutMs: number;
}

export type Labels = Readonly<Record<string, string>>;

/** How the processing of one delivery ended. `invalid`: dead-lettered at first sight; `dead_letter`: after all tries. */
export const PROCESSING_OUTCOMES = [
  'ok',
  'duplicate',
  'late',
  'conflict',
  'rejected',
  'retry',
  'invalid',
  'dead_letter',
] as const;

/** Why a delivery failed: `fault` is a try that will be repeated, all others are reasons of dead letters. */
export const FAILURE_REASONS = [
  'fault',
  'retries-exhausted',
  'not-a-cloudevent',
  'invalid-cloudevent',
  'oversized',
  'unknown-type',
  'foreign-source',
  'unsupported-version',
  'schema-violation',
  'bad-order-id',
  'subject-mismatch',
  'id-reuse',
  'too-many-events',
  'bad-header',
  'too-large',
  'no-such-stream',
  'refused-by-client',
] as const;

export const SCRAPE_SOURCES = ['store', 'broker'] as const;
export const DURATIONS = ['event_age', 'time_to_ready', 'join_wait'] as const;
export const SPAN_LOSSES = ['queue-full', 'export-failed'] as const;
export type SpanLoss = (typeof SPAN_LOSSES)[number];

/** Every combination of these values, as label sets. */
export const everyOf = (values: Readonly<Record<string, readonly string[]>>): Labels[] =>
  Object.entries(values).reduce<Labels[]>(
    (sets, [label, each]) => sets.flatMap((set) => each.map((value) => ({ ...set, [label]: value }))),
    [{}],
  );

/** What an order can wait for: every non-empty set of requirements, names sorted and joined by `+`, small sets first. */
export function missingSets({ requirements }: Flow): string[] {
  const names = requirements.map(({ name }) => name).sort();
  const sets = Array.from({ length: 2 ** names.length - 1 }, (_, n) =>
    names.filter((_name, at) => (n + 1) & (1 << at)),
  );
  return sets.sort((a, b) => a.length - b.length).map((set) => set.join('+'));
}

export const stagesOf = ({ requirements }: Flow): string[] => [
  'created',
  ...requirements.map(({ stage }) => stage),
  'ready',
  'cancelled',
  'timeout',
];

/** `payment-failed`, `inventory-expired`, ... */
export const cancelReasonsOf = ({ requirements }: Flow): string[] =>
  requirements.flatMap(({ rejected, withdrawn }) => [rejected, ...(withdrawn ? [withdrawn] : [])].map(dashed));

export const resolutionsOf = (flow: Flow): Labels[] => [
  { outcome: 'ready', missing: 'none', reason: 'none' },
  ...everyOf({ outcome: ['timeout'], missing: missingSets(flow), reason: ['none'] }),
  ...everyOf({ outcome: ['cancelled'], missing: ['none'], reason: cancelReasonsOf(flow) }),
];

/** The requirements that take money, each with the currency of its example: others appear with their first order. */
export const currenciesOf = (flow: Flow): string[] => [
  ...new Set(priced(flow).map(({ fulfilled, amount }) => String(contractOf(flow, fulfilled).example[amount.currency]))),
];

const priced = ({ requirements }: Flow) =>
  requirements.filter((r): r is Requirement & Required<Pick<Requirement, 'amount'>> => r.amount !== undefined);

/** Who plays which part follows from the contract table. */
export const isCorrelator = ({ flow, service }: MetricScope): boolean => correlatorOf(flow) === service;
export const isIntake = ({ flow, service }: MetricScope): boolean => contractOf(flow, flow.start).owner === service;
export const isCashier = ({ flow, service }: MetricScope): boolean =>
  priced(flow).some(({ fulfilled }) => contractOf(flow, fulfilled).owner === service);
export const isConsumer = ({ reacts }: MetricScope): boolean => reacts.length > 0;

/** What payment's ledger counts, and what the kitchen does. */
export const moneyFlowsOf = (scope: MetricScope): string[] => [
  ...(isCashier(scope) ? ['captured', 'refunded'] : []),
  ...(isCorrelator(scope) ? ['sold'] : []),
];

export const publishedTypes = ({ flow, service }: MetricScope): string[] => emittedBy(flow, service);

const dashed = (type: string): string => type.replaceAll('.', '-');
