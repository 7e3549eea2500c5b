import type { Flow } from '#shared/contracts/flow.ts';
import type { Change, Document } from '#shared/store/store.ts';
import { changeOf, differenceOf } from '../change.ts';
import { extended, type Order, openOrder } from '../order.ts';
import { eventsOf, find, type RecordedEvent } from '../recorded-event.ts';
import type { Table } from '../table.ts';

/** The due time of a document from when history is added to it until it is concluded, whoever does that. */
export const TO_CONCLUDE = 0;

/** Appends history to a document; undefined when it has all of it. Nothing is decided. Pure. */
export function foldInto<State>(
  flow: Flow,
  { rules, retainMs }: Table<State>,
  document: Document,
  history: readonly RecordedEvent[],
): Change | undefined {
  const before = openOrder(rules, document);
  const fresh: RecordedEvent[] = [];
  for (const event of history) if (!find(flow, [...before.events, ...fresh], event)) fresh.push(event);
  if (fresh.length === 0) return undefined;
  const after = { ...extended(rules, before, fresh), dueAt: TO_CONCLUDE };
  return { ...changeOf(rules, before, after, fresh, retainMs), expireAfterMs: 'never' };
}

/** The service's own events of which the document does not know that the stream has them. */
export const unseenIn = (document: Document): RecordedEvent[] =>
  eventsOf(document).filter((event) => event.own && event.sequence === undefined);

/**
 * What follows from a complete history: when to look at the document again, and whether it may be forgotten. What history has not
 * decided is due at once, and decided as any other order; so is what was decided and is not in the stream. Pure.
 * @param unpublished own events that the stream does not have
 */
export function conclude<State>(
  flow: Flow,
  { rules, retainMs }: Table<State>,
  document: Document,
  streamKeepsMs: number,
  unpublished: readonly RecordedEvent[] = unseenIn(document),
): Change {
  const { now } = document;
  const order = openOrder(rules, document);
  const isClosed = rules.isClosed(order.state);
  const { publish = [], effects = [] } = rules.decide(order.state, {
    orderId: document.id,
    now,
    caughtUp: false,
    insufficient: [],
  });
  const isOpen = publish.length > 0 || !isClosed;
  if (isOpen && effects.length === 0 && isOnlyTheEnd(flow, order, now - streamKeepsMs / 2)) return retracted(order);
  if (publish.length + effects.length > 0) return { dueAt: now };
  if (unpublished.length > 0) return { dueAt: Math.min(...unpublished.map(({ storedAt }) => storedAt)) };
  return { dueAt: rules.dueAt?.(order.state, now) ?? 'never', ...(isClosed && { expireAfterMs: retainMs }) };
}

/**
 * At the edge of the stream's retention only the end of an order is there. It was decided long ago, and is neither decided nor
 * timed out again; but what it holds is still to be given back, and an effect that it owes is owed still.
 */
const isOnlyTheEnd = <State>({ start }: Flow, { events, holds }: Order<State>, before: number): boolean =>
  Object.keys(holds).length === 0 && events.every(({ type, storedAt }) => type !== start && storedAt < before);

/** As if it had never been there. */
const retracted = <State>({ tally }: Order<State>): Change => ({
  counters: differenceOf(tally, {}),
  dueAt: 'never',
  expireAfterMs: 1,
});
