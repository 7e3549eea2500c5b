import { Redis } from 'ioredis';
import { prefixOf } from './redis-store.ts';
import { storeFault } from './store-fault.ts';

export interface ScanOptions {
  readonly url: string;
  /** The prefix of the store. */
  readonly service: string;
}

/** Keys that the server looks at between two other commands. */
const SCAN_COUNT = 5_000;

/**
 * The ids of all documents that a store knows, some of them twice if it changes meanwhile. It walks over every key of the
 * server: for an audit, never for a service. @throws Unavailable('store')
 */
export async function scanDocuments({ url, service }: ScanOptions): Promise<string[]> {
  const redis = new Redis(url, { maxRetriesPerRequest: 0, enableOfflineQueue: true, commandTimeout: 10_000 });
  redis.on('error', () => undefined);
  const ids: string[] = [];
  try {
    let cursor = '0';
    do {
      const match = `${prefixOf(service, '*')}:order:*`;
      const [next, keys] = await redis.scan(cursor, 'MATCH', match, 'COUNT', SCAN_COUNT);
      for (const key of keys) ids.push(key.slice(key.indexOf(':order:') + ':order:'.length));
      cursor = next;
    } while (cursor !== '0');
    return ids;
  } catch (error) {
    throw storeFault(error);
  } finally {
    redis.disconnect();
  }
}
