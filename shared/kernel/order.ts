import type { Document } from '#shared/store/store.ts';
import { eventsOf, type RecordedEvent } from './recorded-event.ts';
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
export const blankOrder = <State>(rules: Rules<State>, id: string, epoch = ''): Order<State> =>
  derived(rules, { id, version: 0, epoch, events: [], state: rules.initial, dueAt: undefined, acknowledged: 0 });

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
