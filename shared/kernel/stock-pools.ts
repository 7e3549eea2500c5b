import type { Pools, Store } from '#shared/store/store.ts';
import type { Behaviour } from './behaviour.ts';

/** Below this share of its units a pool is raised to them again; above it nothing is done, so that what is given back fits. */
const REORDER_POINT = 0.5;

/** Sets up the pools that are missing and, where the service restocks, raises those that ran low. */
export async function stockPools(
  store: Pools & Pick<Store, 'counters'>,
  { units, restock }: NonNullable<Behaviour['pools']>,
): Promise<void> {
  const { pools } = await store.counters();
  const missing = Object.entries(units).filter(([pool]) => pools[pool] === undefined);
  if (missing.length > 0) await store.stock(Object.fromEntries(missing), 'missing');
  if (!restock) return;
  const low = Object.entries(units).filter(([pool, wanted]) => (pools[pool] ?? wanted) < wanted * REORDER_POINT);
  if (low.length > 0) await store.stock(Object.fromEntries(low), 'raise');
}
