import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { serverOf } from '#shared/messaging/jetstream/nats-link.ts';
import { storeKind } from '#shared/store/store-kinds.ts';
import type { StorePlace } from '#shared/store/stores.ts';

/** How much room the data of these stores take. Undefined: nobody knows how to ask this kind. */
export async function storeBytes({ kind: name, url }: StorePlace, stores: readonly string[]) {
  const { stream } = storeKind(name);
  return stream ? streamsIn(url, new Set(stores.map((store) => stream(store).name))) : bytesOf[name]?.(url);
}

const bytesOf: Readonly<Record<string, (url: string) => Promise<number>>> = {
  redis: memoryOf,
  postgres: databaseAt,
  sqlite: pagesIn,
};

async function streamsIn(url: string, names: ReadonlySet<string>): Promise<number> {
  const connection = await connect(serverOf(url));
  try {
    const manager = await jetstreamManager(connection);
    let bytes = 0;
    for await (const { config, state } of manager.streams.list()) if (names.has(config.name)) bytes += state.bytes;
    return bytes;
  } finally {
    await connection.close();
  }
}

async function databaseAt(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT pg_database_size(current_database()) AS bytes');
    return Number(rows[0].bytes);
  } finally {
    await client.end();
  }
}

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
