import { connectRedis } from './redis-connection.ts';
import { RedisEpoch } from './redis-epoch.ts';
import { dropStep, readScripts } from './redis-scripts.ts';
import { prefixesOf } from './redis-store.ts';

export interface DropOptions {
  readonly url: string;
  /** Whose store: the prefix of its keys. */
  readonly service: string;
  readonly partitions: number;
}

const WITHIN_MS = 60_000;

/**
 * Loses on purpose all that a service's store holds, so that the service rebuilds it from the stream. Meanwhile nobody
 * writes it, nor begins to rebuild it. Resolves with the number of keys that were removed.
 * @throws Unavailable when Redis does not answer; what is gone by then is rebuilt all the same
 */
export async function dropStore({ url, service, partitions }: DropOptions): Promise<number> {
  const connection = connectRedis(url, 5_000);
  const epoch = new RedisEpoch(connection, readScripts().epoch, prefixesOf(service, partitions));
  try {
    await epoch.drop(WITHIN_MS);
    let removed = 0;
    for (let cursor: string | undefined = '0'; cursor !== undefined; ) {
      const [next, count] = (await connection.run(dropStep, [], [cursor, `${service}:{*`])) as [string, number];
      removed += count;
      cursor = next === '0' ? undefined : next;
    }
    await epoch.dropped();
    return removed;
  } finally {
    await connection.close();
  }
}
