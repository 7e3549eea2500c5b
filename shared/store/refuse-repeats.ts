import type { Change } from './correlation-store.ts';
import type { MemoryOrder } from './memory-order.ts';

/**
 * Tells a caller who repeats what was done before: the Redis store trusts that nobody does, and would count it twice.
 * @throws TypeError naming the order and what is repeated
 */
export function refuseRepeats(id: string, order: MemoryOrder, { facts = [], outbox = [], counts = [] }: Change): void {
  const repeated = [
    ...facts
      .filter((fact) => order.factIds.has(fact.id) || (fact.key && order.factKeys.has(fact.key)))
      .map((fact) => `fact ${fact.id}`),
    ...outbox.filter((entry) => order.emitted.has(entry.id)).map((entry) => `outbox entry ${entry.id}`),
    ...counts.filter((count) => order.counted.has(count.once)).map((count) => `count ${count.once}`),
  ];
  if (repeated.length > 0)
    throw new TypeError(`change of order ${id} repeats what was done before: ${repeated.join(', ')}; leave it out`);
}
