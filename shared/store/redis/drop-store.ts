import { Redis } from 'ioredis';
import { prefixesOf } from './redis-store.ts';
import { storeFault } from './store-fault.ts';

export interface DropOptions {
  readonly url: string;
  /** Whose store: the prefix of its keys. */
  readonly service: string;
  readonly partitions: number;
}

const WITHIN_MS = 60_000;
const SCAN_COUNT = 1_000;

/**
 * Loses on purpose all that a service's store holds, so that the service rebuilds it from the stream. Meanwhile a lease keeps
 * everybody from beginning that. Resolves with the number of keys that were removed.
 * @throws Unavailable when Redis does not answer; what is gone by then is rebuilt all the same
 */
export async function dropStore({ url, service, partitions }: DropOptions): Promise<number> {
  const redis = new Redis(url, { maxRetriesPerRequest: 0, commandTimeout: 10_000 });
  redis.on('error', () => undefined);
  try {
    const prefixes = prefixesOf(service, partitions);
    for (const prefix of prefixes)
      await redis
        .multi()
        .del(`${prefix}:epoch`, `${prefix}:checkpoint`)
        .set(`${prefix}:lease`, 'drop', 'PX', WITHIN_MS)
        .exec();
    const removed = await removeKeys(redis, service);
    for (const prefix of prefixes) await redis.del(`${prefix}:lease`);
    return removed;
  } catch (error) {
    throw storeFault(error);
  } finally {
    redis.disconnect();
  }
}

/** Of every layout: what an older version kept goes as well. */
async function removeKeys(redis: Redis, service: string): Promise<number> {
  let removed = 0;
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${service}:{*`, 'COUNT', SCAN_COUNT);
    const doomed = keys.filter((key) => !key.endsWith(':lease'));
    if (doomed.length > 0) removed += await redis.unlink(...doomed);
    cursor = next;
  } while (cursor !== '0');
  return removed;
}
