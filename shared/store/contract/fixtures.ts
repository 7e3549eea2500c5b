import { vi } from 'vitest';
import type { Change, CorrelationStore, Fact, Hold } from '../correlation-store.ts';

/** Opens an empty store that is whole. The suite calls `cleanup` after each test; `wipe` loses all data of the store's server. */
export type OpenStore = () => Promise<{
  store: CorrelationStore;
  wipe: () => Promise<void>;
  cleanup: () => Promise<void>;
}>;

/** How a test gets the store that is opened for it and closed after it. */
export type StoreOfTest = () => CorrelationStore;

export const LONG_AGO = Date.parse('2001-01-01T00:00:00Z');
export const FAR_AHEAD = Date.parse('2101-01-01T00:00:00Z');
export const AN_HOUR = 3_600_000;

export const aFact = (id: string, more: Partial<Fact> = {}): Fact => ({
  id,
  type: 'payment.completed',
  data: { orderId: '12345', amountCharged: 15.99 },
  occurredAt: LONG_AGO,
  storedAt: LONG_AGO + 1,
  ...more,
});

export const aChange = (more: Partial<Change> = {}): Change => ({ state: {}, dueAt: undefined, ...more });

export const aHold = (id: string, should: Hold['should'], pools: Record<string, number> = {}): Hold => ({
  id,
  should,
  pools,
});

export const anEntry = (id: string) => ({ id, message: `message of ${id}` });

/** Repeats an expectation until it holds, for what only the store's clock brings about. */
export const eventually = <T>(expectation: () => Promise<T>): Promise<T> =>
  vi.waitFor(expectation, { timeout: 10_000, interval: 5 });

/** Commits on whatever version the order has. */
export async function commitNow(store: CorrelationStore, id: string, change: Partial<Change> = {}) {
  return store.commit(id, (await store.load(id)).version, aChange(change));
}

/** Rebuilds it from nothing, if it has to be. */
export async function makeWhole<Store extends CorrelationStore>(store: Store): Promise<Store> {
  await (await store.beginRebuild(AN_HOUR))?.complete(0);
  return store;
}
