import type { Change, Count, Hold } from './correlation-store.ts';

/**
 * Refuses a change that an atomic step could only apply in part, before it is sent: an error half way through a script
 * undoes nothing.
 * @throws TypeError naming the order, the field and what is wanted
 */
export function checkChange(id: string, { claimMs, holds, counts, group, since, dueAt, forgetAfterMs }: Change): void {
  require(claimMs === undefined || isCount(claimMs), id, 'claimMs', claimMs, 'an integer >= 0');
  require(since === undefined || Number.isFinite(since), id, 'since', since, 'ms since the epoch, or undefined');
  require(dueAt === undefined || Number.isFinite(dueAt), id, 'dueAt', dueAt, 'ms since the epoch, or undefined');
  const forgets = forgetAfterMs === undefined || (isCount(forgetAfterMs) && forgetAfterMs > 0);
  require(forgets, id, 'forgetAfterMs', forgetAfterMs, 'an integer > 0');
  require(group !== '', id, 'group', group, 'a name, or undefined for none');
  for (const hold of holds ?? []) checkHold(id, hold);
  for (const count of counts ?? []) checkCount(id, count);
}

/** @throws TypeError unless every pool's units are an integer >= 0 */
export function checkUnits(units: Readonly<Record<string, number>>): void {
  for (const [pool, amount] of Object.entries(units))
    if (!isCount(amount)) throw new TypeError(`pool ${pool} cannot hold ${amount} units: give an integer >= 0`);
}

function checkHold(id: string, hold: Hold): void {
  for (const [pool, units] of Object.entries(hold.pools))
    require(isCount(units) && units > 0, id, `hold ${hold.id} of pool ${pool}`, units, 'an integer > 0');
}

function checkCount(id: string, count: Count): void {
  require(Number.isSafeInteger(count.by), id, `count ${count.once}`, count.by, 'an integer');
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

function require(holds: boolean, id: string, what: string, value: unknown, wanted: string): void {
  if (!holds) throw new TypeError(`change of order ${id}: ${what} is ${String(value)}, but must be ${wanted}`);
}
