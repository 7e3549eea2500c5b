import type { Integers } from '#shared/store/store.ts';

const PREFIX = 'waiting:';

/** What orders wait for -> how many orders, from a correlator's counters. */
export const waitingIn = (counters: Integers): Record<string, number> =>
  Object.fromEntries(
    Object.entries(counters).flatMap(([name, count]) =>
      name.startsWith(PREFIX) ? [[name.slice(PREFIX.length), count]] : [],
    ),
  );

/** How many orders wait. */
export const countWaiting = (counters: Integers): number =>
  Object.values(waitingIn(counters)).reduce((sum, count) => sum + count, 0);
