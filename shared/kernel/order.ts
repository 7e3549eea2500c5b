import type { Change, Document } from '#shared/store/store.ts';
import { entryOf, eventsOf, type RecordedEvent } from './recorded-event.ts';
import type { Rules, Tally } from './rules.ts';

/** An order as one process knows it: its document, and what follows from it. */
export interface Order<State> {
  readonly id: string;
  readonly version: number;
  readonly epoch: string;
  readonly events: readonly RecordedEvent[];
  readonly state: State;
  readonly tally: Tally;
  readonly holds: Tally;
  /** As the store has it, ms since the epoch. */
  readonly dueAt: number | undefined;
  /** Of so many leading events this process knows that the broker has those that the service published. */
  readonly acknowledged: number;
}

const NOTHING: Tally = {};

/** An order of which nothing is known; an assumption, which a commit finds out. */
export const blankOrder = <State>(rules: Rules<State>, id: string): Order<State> =>
  derived(rules, { id, version: 0, epoch: '', events: [], state: rules.initial, dueAt: undefined, acknowledged: 0 });

export function openOrder<State>(rules: Rules<State>, document: Document): Order<State> {
  const { id, version, epoch, dueAt } = document;
  const events = eventsOf(document);
  const state = events.reduce((before, event) => rules.evolve(before, event), rules.initial);
  return derived(rules, { id, version, epoch, events, state, dueAt, acknowledged: 0 });
}

/** The order with these events as well; `state` is what they lead to. */
export const extended = <State>(
  rules: Rules<State>,
  order: Order<State>,
  appended: readonly RecordedEvent[],
  state: State = appended.reduce((before, event) => rules.evolve(before, event), order.state),
): Order<State> => derived(rules, { ...order, events: [...order.events, ...appended], state });

const derived = <State>(rules: Rules<State>, known: Omit<Order<State>, 'tally' | 'holds'>): Order<State> => ({
  ...known,
  tally: rules.tally?.(known.state) ?? NOTHING,
  holds: rules.holds?.(known.state) ?? NOTHING,
});

/** What a commit has to change so that the store says of the order what `after` says. Pure. */
export function changeOf<State>(
  rules: Rules<State>,
  before: Order<State>,
  after: Order<State>,
  appended: readonly RecordedEvent[],
  retainMs: number,
): Change {
  const reopens = before.version > 0 && rules.isClosed(before.state);
  return {
    entry: appended.length > 0 ? entryOf(appended) : undefined,
    counters: differenceOf(before.tally, after.tally),
    pools: differenceOf(after.holds, before.holds),
    dueAt: after.dueAt === before.dueAt ? undefined : (after.dueAt ?? 'never'),
    // A closed order is kept so long after its last event, for late duplicates; one that waits never expires.
    expireAfterMs: rules.isClosed(after.state) ? retainMs : reopens ? 'never' : undefined,
  };
}

/** Name -> by how much the second is more than the first. */
export function differenceOf(before: Tally, after: Tally): Record<string, number> {
  const difference: Record<string, number> = {};
  const at = (tally: Tally, name: string): number => (Object.hasOwn(tally, name) ? (tally[name] ?? 0) : 0);
  for (const name of [...Object.keys(before), ...Object.keys(after)]) {
    const by = at(after, name) - at(before, name);
    if (by !== 0) difference[name] = by;
  }
  return difference;
}
