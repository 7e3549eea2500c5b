import type { Change, Count, Fact, OutboxEntry } from './correlation-store.ts';
import type { Argument } from './redis-connection.ts';

/*
 * What each step on an order sends, beginning with how many arguments these are. The layouts are those of the scripts'
 * heads, the fields those of `lua/order.lua`; '' stands for "none".
 */

export const loadArguments = (id: string): Argument[] => [2, id];

export const recordArguments = (fact: Fact): Argument[] => [
  4,
  `f:${fact.id}`,
  fact.key ? `k:${fact.key}` : '',
  JSON.stringify(fact),
];

/** @param eventIds at least one */
export function markArguments(id: string, eventIds: readonly string[]): Argument[] {
  const args: Argument[] = [eventIds.length + 2, id];
  for (const eventId of eventIds) args.push(`o:${eventId}`);
  return args;
}

/** What a change names twice is sent once: the first of it. */
export function changeArguments(id: string, version: number, change: Change): Argument[] {
  const { claimMs = 0, forgetAfterMs = '', since = '', holds = [] } = change;
  const outbox = once(change.outbox, sameId);
  const counts = once(change.counts, sameName);
  const args: Argument[] = [0, id, version, 0, outbox.length, claimMs, forgetAfterMs, since, 3 * holds.length];
  const head = args.length;
  putFields(args, version + 1, change, outbox, counts);
  args[3] = args.length - head;
  for (const hold of holds) args.push(hold.id, hold.should, JSON.stringify(hold.pools));
  for (const count of counts) args.push(`total:${count.total}`, count.by);
  args[0] = args.length;
  return args;
}

function putFields(
  args: Argument[],
  version: number,
  { state, group, dueAt, forgetAfterMs, facts, published = [] }: Change,
  outbox: readonly OutboxEntry[],
  counts: readonly Count[],
): void {
  let place = 0;
  const nextPlace = (): string => `${version}.${place++}`;
  args.push('v', version, 's', JSON.stringify(state) ?? '', 'g', group ?? '', 'd', dueAt ?? '');
  if (forgetAfterMs !== undefined) args.push('x', '');
  for (const fact of once(facts, sameFact)) {
    args.push(`f:${fact.id}`, `${nextPlace()} ${JSON.stringify(fact)}`);
    if (fact.key) args.push(`k:${fact.key}`, '');
  }
  for (const count of counts) args.push(`c:${count.once}`, nextPlace());
  for (const id of published) args.push(`e:${id}`, nextPlace());
  if (outbox.length === 0) return;
  for (const entry of outbox) args.push(`e:${entry.id}`, nextPlace());
  args.push('p', '');
  for (const entry of outbox) args.push(`o:${entry.id}`, entry.message);
}

const sameFact = (a: Fact, b: Fact): boolean => a.id === b.id || (a.key !== undefined && a.key === b.key);
const sameId = (a: OutboxEntry, b: OutboxEntry): boolean => a.id === b.id;
const sameName = (a: Count, b: Count): boolean => a.once === b.once;

/** Without those that are the same as an earlier one that is kept. */
function once<T>(items: readonly T[] = [], same: (a: T, b: T) => boolean): readonly T[] {
  if (items.length < 2) return items;
  const kept: T[] = [];
  for (const item of items) if (!kept.some((earlier) => same(earlier, item))) kept.push(item);
  return kept;
}
