import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import type { StorePlace } from '#shared/store/stores.ts';

/** How much room all services' data take. Undefined: nobody knows how to ask this store. */
export const storeBytes = async ({ kind, url }: StorePlace): Promise<number | undefined> => bytesOf[kind]?.(url);

const bytesOf: Readonly<Record<string, (url: string) => Promise<number>>> = {
  redis: memoryOf,
  sqlite: pagesIn,
};

async function memoryOf(url: string): Promise<number> {
  const redis = new Redis(url, { maxRetriesPerRequest: 0 });
  try {
    return Number(/^used_memory_dataset:(\d+)/m.exec(await redis.info('memory'))?.[1]);
  } finally {
    redis.disconnect();
  }
}

/** Used pages, those in the write-ahead log included. */
async function pagesIn(url: string): Promise<number> {
  const folder = fileURLToPath(url);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sqlite'));
  const sizes = files.map((name) => {
    const database = new DatabaseSync(join(folder, name), { readOnly: true });
    const pragma = (of: string) => Number(database.prepare(`PRAGMA ${of}`).get()?.[of]);
    const size = (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
    database.close();
    return size;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}
