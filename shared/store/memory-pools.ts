import type { Hold } from './correlation-store.ts';
import type { MemoryOrder } from './memory-order.ts';

/** The pools that have too little, or do not exist, for the holds that are still to be taken; sorted. */
export function shortPools(pools: ReadonlyMap<string, number>, order: MemoryOrder, holds: readonly Hold[]): string[] {
  const needed = new Map<string, number>();
  const asked = new Set<string>();
  for (const hold of holds) {
    if (hold.should !== 'held' || order.holds.has(hold.id) || asked.has(hold.id)) continue;
    asked.add(hold.id);
    for (const [pool, units] of Object.entries(hold.pools)) needed.set(pool, (needed.get(pool) ?? 0) + units);
  }
  return [...needed]
    .filter(([pool, units]) => (pools.get(pool) ?? -1) < units)
    .map(([pool]) => pool)
    .sort();
}

/** Takes, gives back or spends, in the order given; each transition that is not possible is none. */
export function applyHolds(pools: Map<string, number>, order: MemoryOrder, holds: readonly Hold[]): void {
  for (const { id, pools: wanted, should } of holds) {
    const held = order.holds.get(id);
    if (should === 'held' && !held) {
      move(pools, wanted, -1);
      order.holds.set(id, { is: 'held', pools: { ...wanted } });
    } else if (should !== 'held' && held?.is === 'held') {
      if (should === 'returned') move(pools, held.pools, 1);
      order.holds.set(id, { is: should, pools: held.pools });
    }
  }
}

/** Sets what is missing, or raises to at least these units. Returns the units added to each pool that got any. */
export function fill(
  pools: Map<string, number>,
  units: Readonly<Record<string, number>>,
  mode: 'missing' | 'raise',
): Record<string, number> {
  const added: [string, number][] = [];
  for (const [pool, wanted] of Object.entries(units)) {
    const left = pools.get(pool);
    if (left !== undefined && (mode === 'missing' || left >= wanted)) continue;
    pools.set(pool, wanted);
    if (wanted > (left ?? 0)) added.push([pool, wanted - (left ?? 0)]);
  }
  // A pool may be called __proto__: assigned to an object it would be lost.
  return Object.fromEntries(added);
}

function move(pools: Map<string, number>, units: Readonly<Record<string, number>>, sign: 1 | -1): void {
  for (const [pool, amount] of Object.entries(units)) pools.set(pool, (pools.get(pool) ?? 0) + sign * amount);
}
