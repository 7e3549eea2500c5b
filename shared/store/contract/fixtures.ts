import { vi } from 'vitest';
import type { Change, Committed, OpenStore, Store } from '../store.ts';

/** Opens an empty store that is whole. `wipe` loses all data of its server, and tells nobody. */
export type OpenEmptyStore = () => Promise<{ store: OpenStore; wipe: () => Promise<void> }>;

/** How a test gets the store that is opened for it and closed after it. */
export type StoreOfTest = () => OpenStore;

export const LONG_AGO = Date.parse('2001-01-01T00:00:00Z');
export const FAR_AHEAD = Date.parse('2101-01-01T00:00:00Z');
export const AN_HOUR = 3_600_000;

/** The shape of the error when the store does not answer, or is not whole. */
export const AWAY = { name: 'Unavailable', dependency: 'store' };

/** Names that a plain object, a key or a Lua table could take for something else. */
export const ODD_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'a"b',
  '\\',
  'x\n',
  ' x',
  'é',
  '🍕',
  '{p0}',
  ':',
  '1',
];

/** Every one of the odd names with this value. */
export const oddIntegers = (value: number) => Object.fromEntries(ODD_NAMES.map((name) => [name, value]));

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, k) => make(k));

/** Repeats an expectation until it holds, for what only the store's clock brings about. */
export const eventually = <T>(expectation: () => Promise<T>): Promise<T> =>
  vi.waitFor(expectation, { timeout: 20_000, interval: 5 });

/** Commits on whatever version the document has. */
export async function commitNow(
  store: Pick<Store, 'load' | 'commit'>,
  id: string,
  change: Change = {},
): Promise<Committed> {
  return store.commit(id, await store.load(id), change);
}

/** Completes a rebuild of nothing, unless it is whole. */
export async function makeWhole<S extends OpenStore>(store: S): Promise<S> {
  await (await store.beginRebuild(AN_HOUR))?.complete(0);
  return store;
}

/** All that needs a whole store. */
export const everyCall = (store: OpenStore): (() => Promise<unknown>)[] => [
  () => store.load('o'),
  () => store.commit('o', { version: 0, epoch: '' }, { entry: 'late' }),
  () => store.claimDue(1, 1),
  () => store.oldest(1),
  () => store.counters(),
  () => store.stock({ flour: 1 }, 'missing'),
  () => store.checkpoint(1),
];
