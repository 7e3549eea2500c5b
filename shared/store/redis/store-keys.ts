import { Redis } from 'ioredis';
import { storeFault } from './connection.ts';
import { prefixOf } from './redis-store.ts';

/** For tools, never for a service: what is done here walks over every key of the server. */

export interface StoreAt {
  readonly url: string;
  /** Whose store: the prefix of its keys. */
  readonly service: string;
}

/** While a store is dropped nobody begins to rebuild it, for so long. */
const DROPPED_WITHIN_MS = 60_000;
/** Keys that the server looks at between two other commands. */
const SCAN_COUNT = 5_000;

/** The ids of all documents of a store, some of them twice if it changes meanwhile. @throws Unavailable('store') */
export const scanDocuments = ({ url, service }: StoreAt): Promise<string[]> =>
  connected(url, async (redis) => {
    const ids: string[] = [];
    const prefix = `${prefixOf(service)}:order:`;
    for await (const keys of scan(redis, `${prefix}*`)) for (const key of keys) ids.push(key.slice(prefix.length));
    return ids;
  });

/**
 * Drops on purpose all that a service's store holds, so that the service rebuilds it from the stream. Resolves with the number of
 * keys that were removed, those of an older layout included.
 * @throws Unavailable when Redis does not answer; what is gone by then is rebuilt all the same
 */
export const dropStore = ({ url, service }: StoreAt): Promise<number> =>
  connected(url, async (redis) => {
    const prefix = prefixOf(service);
    const lease = `${prefix}:lease`;
    await redis
      .multi()
      .del(`${prefix}:epoch`, `${prefix}:checkpoint`)
      .set(lease, 'drop', 'PX', DROPPED_WITHIN_MS)
      .exec();
    let removed = 0;
    for await (const keys of scan(redis, `${service}:*`)) {
      const dropped = keys.filter((key) => key !== lease);
      if (dropped.length > 0) removed += await redis.unlink(...dropped);
    }
    await redis.del(lease);
    return removed;
  });

const scan = (redis: Redis, match: string): AsyncIterable<string[]> => redis.scanStream({ match, count: SCAN_COUNT });

async function connected<T>(url: string, task: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { maxRetriesPerRequest: 0, commandTimeout: 10_000 });
  redis.on('error', () => undefined);
  try {
    return await task(redis);
  } catch (error) {
    throw storeFault(error);
  } finally {
    redis.disconnect();
  }
}
