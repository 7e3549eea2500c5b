import type { Correlation, Fact, Hold, OutboxEntry, Recorded } from './correlation-store.ts';

/** An order as the memory store keeps it: JSON text wherever an object of a caller would otherwise be shared. */
export interface MemoryOrder {
  version: number;
  state: string | undefined;
  /** JSON of each fact. */
  readonly facts: string[];
  readonly factIds: Set<string>;
  readonly factKeys: Set<string>;
  readonly emitted: Set<string>;
  outbox: (OutboxEntry & { readonly claimedUntil: number })[];
  readonly holds: Map<string, MemoryHold>;
  readonly counted: Set<string>;
  group: string | undefined;
  dueAt: number | undefined;
  /** Forgotten after this time (ms), once nothing of it is left in the outbox. */
  forgetAt: number | undefined;
}

export interface MemoryHold {
  readonly is: Hold['should'];
  /** What was taken, so that nothing else can be given back. */
  readonly pools: Readonly<Record<string, number>>;
}

export const newOrder = (): MemoryOrder => ({
  version: 0,
  state: undefined,
  facts: [],
  factIds: new Set(),
  factKeys: new Set(),
  emitted: new Set(),
  outbox: [],
  holds: new Map(),
  counted: new Set(),
  group: undefined,
  dueAt: undefined,
  forgetAt: undefined,
});

/** Adds the fact unless its id or key is there. */
export function addFact(order: MemoryOrder, fact: Fact): Recorded['outcome'] {
  if (order.factIds.has(fact.id)) return 'same-id';
  if (fact.key && order.factKeys.has(fact.key)) return 'same-key';
  order.factIds.add(fact.id);
  if (fact.key) order.factKeys.add(fact.key);
  order.facts.push(JSON.stringify(fact));
  return 'new';
}

/** A copy for a caller. */
export function toCorrelation<State>(id: string, order: MemoryOrder, now: number, epoch: string): Correlation<State> {
  return {
    id,
    version: order.version,
    state: order.state === undefined ? undefined : JSON.parse(order.state),
    facts: order.facts.map((fact) => JSON.parse(fact)),
    emitted: new Set(order.emitted),
    outbox: order.outbox.map((entry) => ({ ...entry })),
    holds: new Map([...order.holds].map(([hold, { is }]) => [hold, is])),
    counted: new Set(order.counted),
    group: order.group,
    dueAt: order.dueAt,
    now,
    epoch,
  };
}

/** When it is to be looked at: at `dueAt`, or when the first claim on an outbox entry runs out; undefined: never. */
export function nextLook({ dueAt, outbox }: MemoryOrder): number | undefined {
  const first = Math.min(dueAt ?? Number.POSITIVE_INFINITY, ...outbox.map(({ claimedUntil }) => claimedUntil));
  return Number.isFinite(first) ? first : undefined;
}
