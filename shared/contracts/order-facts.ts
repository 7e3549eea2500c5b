import type { Fact } from '#shared/store/store.ts';

/** The two events by which an order ends without being made: a tombstone for whoever has not begun yet. */
const TOMBSTONES = ['order.timeout', 'order.cancelled'];

export const hasEnded = (facts: readonly Fact[]): boolean => facts.some(({ type }) => TOMBSTONES.includes(type));

/** The order as it was announced. */
export const createdIn = (facts: readonly Fact[]): Fact | undefined =>
  facts.find(({ type }) => type === 'order.created');

/** order.created, unless the order had ended before it was recorded: work not begun is not begun. */
export function orderToBegin(facts: readonly Fact[]): Fact | undefined {
  const created = facts.findIndex(({ type }) => type === 'order.created');
  return created >= 0 && !hasEnded(facts.slice(0, created)) ? facts[created] : undefined;
}

/** What a service learnt by itself at that time, ms since the epoch: the result of an effect. */
export const learntAt = (at: number, id: string, type: string, data: Fact['data']): Fact => ({
  id,
  type,
  data,
  occurredAt: at,
  storedAt: at,
});
