import type { Change, Integers } from './store.ts';

/** Before a script that could fail half way. @throws TypeError naming the document, the field and what is wanted */
export function checkChange(id: string, { entry, counters, pools, dueAt, expireAfterMs }: Change): void {
  const refuse = (what: string, value: unknown, wanted = 'an integer'): never => {
    throw new TypeError(`change of document ${id}: ${what} is ${String(value)}, but must be ${wanted}`);
  };
  if (entry === '') refuse('entry', "''", 'a text that is not empty');
  for (const name in counters) if (!Number.isSafeInteger(counters[name])) refuse(`counter ${name}`, counters[name]);
  for (const name in pools) if (!Number.isSafeInteger(pools[name])) refuse(`pool ${name}`, pools[name]);
  if (typeof dueAt === 'number' && !Number.isSafeInteger(dueAt)) refuse('dueAt', dueAt);
  if (typeof expireAfterMs === 'number' && !(Number.isSafeInteger(expireAfterMs) && expireAfterMs > 0))
    refuse('expireAfterMs', expireAfterMs, 'an integer > 0');
}

/** @throws TypeError unless every pool's units are an integer >= 0 */
export function checkUnits(units: Integers): void {
  for (const [pool, amount] of Object.entries(units))
    if (!Number.isSafeInteger(amount) || amount < 0)
      throw new TypeError(`pool ${pool} cannot hold ${amount} units: give an integer >= 0`);
}
