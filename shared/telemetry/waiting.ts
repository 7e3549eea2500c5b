import type { Integers } from '#shared/store/store.ts';

/** How many orders wait, by a correlator's counters. */
export const countWaiting = (counters: Integers): number =>
  Object.entries(counters).reduce((sum, [name, count]) => (name.startsWith('waiting:') ? sum + count : sum), 0);
