import type { Integers } from './store.ts';

/** What the stores that are written in TypeScript compute with counters and pools. */

export const nonZero = (integers: Integers = {}): Integers =>
  Object.fromEntries(Object.entries(integers).filter(([, by]) => by !== 0));

export function sum(...all: readonly Integers[]): Integers {
  const sums = new Map<string, number>();
  for (const one of all) for (const [name, by] of Object.entries(one)) sums.set(name, (sums.get(name) ?? 0) + by);
  return Object.fromEntries(sums);
}

/** The pools, sorted, that are missing or hold too little for these differences. */
export function insufficient(left: (pool: string) => number | undefined, differences: Integers = {}): string[] {
  const lacks = ([pool, by]: [string, number]): boolean => by < 0 && (left(pool) ?? -1) + by < 0;
  return Object.entries(differences)
    .filter(lacks)
    .map(([pool]) => pool)
    .sort();
}

/** What `stock` adds to each pool that it changes. */
export function unitsToAdd(
  left: (pool: string) => number | undefined,
  units: Integers,
  mode: 'missing' | 'raise',
): Integers {
  const added = Object.entries(units).flatMap(([pool, wanted]): [string, number][] => {
    const has = left(pool);
    return has === undefined || (mode === 'raise' && has < wanted) ? [[pool, wanted - (has ?? 0)]] : [];
  });
  return Object.fromEntries(added);
}

/** How the counters tell of what was added to pools. */
export const filledBy = (added: Integers): Integers =>
  Object.fromEntries(Object.entries(added).map(([pool, by]) => [`filled:${pool}`, by]));
