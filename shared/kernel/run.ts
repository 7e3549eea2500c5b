import type { Flow } from '#shared/contracts/flow.ts';
import { Terminal } from '#shared/messaging/faults.ts';
import type { Order } from './order.ts';
import { find, hasSameContent, type RecordedEvent } from './recorded-event.ts';

/** One run on an order, which may be beaten and then decides again on what the store has. */
export class Run<State> {
  order: Order<State>;
  readonly incoming: RecordedEvent | undefined;
  readonly learnt: RecordedEvent[] = [];
  readonly performed = new Set<string>();
  readonly insufficient = new Set<string>();
  /** Set once this run has recorded the incoming event: the state before it. */
  recorded: { readonly before: State } | undefined;
  /** This run has committed events to publish. */
  publishes = false;

  constructor(order: Order<State>, incoming?: RecordedEvent) {
    this.order = order;
    this.incoming = incoming;
  }
}

/** Different events of one order: a flood for one must not slow the others down. */
const MAX_EVENTS = 100;

/** The events of this run that the document does not have yet. @throws Terminal `id-reuse`, `too-many-events` */
export function unrecorded<State>(flow: Flow, { order, incoming, learnt }: Run<State>): RecordedEvent[] {
  const events = learnt.filter(({ id }) => !order.events.some((known) => known.id === id));
  if (!incoming) return events;
  const known = find(flow, order.events, incoming);
  if (!known && order.events.length >= MAX_EVENTS)
    throw new Terminal('too-many-events', `order ${order.id} has ${MAX_EVENTS} different events: somebody floods it`);
  if (known?.id === incoming.id && !hasSameContent(known, incoming))
    throw new Terminal(
      'id-reuse',
      `event id ${incoming.id} was used before with another content: give every event an id of its own`,
    );
  return known ? events : [incoming, ...events];
}

/** Runs the tasks of one key one after the other, so that each starts from what the one before it committed. */
export function createTurns(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async function inTurn<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = last.get(key);
    const mine = before ? before.then(task, task) : task();
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
