import type { Flow } from '#shared/contracts/flow.ts';
import type { Change, Document } from '#shared/store/store.ts';
import type { Table } from '../behaviour.ts';
import { changeOf, differenceOf, extended, openOrder } from '../order.ts';
import { eventsOf, find, type RecordedEvent } from '../recorded-event.ts';

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
  const events = [...before.events];
  for (const event of history) if (!find(flow, events, event)) events.push(event);
  const fresh = events.slice(before.events.length);
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
  { start }: Flow,
  { rules, retainMs }: Table<State>,
  document: Document,
  streamKeepsMs: number,
  unpublished: readonly RecordedEvent[],
): Change {
  const { id: orderId, now } = document;
  const { state, events, tally, holds } = openOrder(rules, document);
  const isClosed = rules.isClosed(state);
  const { publish = [], effects = [] } = rules.decide(state, { orderId, now, caughtUp: false, insufficient: [] });
  // At the edge of the stream's retention only the end of an order is there. It was decided long ago, and is neither decided nor
  // timed out again; but what it holds is still to be given back, and an effect that it owes is owed still.
  const isOnlyTheEnd = events.every(({ type, storedAt }) => type !== start && storedAt < now - streamKeepsMs / 2);
  const isOpen = publish.length > 0 || !isClosed;
  if (isOpen && isOnlyTheEnd && effects.length === 0 && Object.keys(holds).length === 0)
    return { counters: differenceOf(tally, {}), dueAt: 'never', expireAfterMs: 1 };
  if (publish.length + effects.length > 0) return { dueAt: now };
  if (unpublished.length > 0) return { dueAt: Math.min(...unpublished.map(({ storedAt }) => storedAt)) };
  return { dueAt: rules.dueAt?.(state, now) ?? 'never', ...(isClosed && { expireAfterMs: retainMs }) };
}
