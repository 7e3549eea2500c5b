import { checkChange, checkUnits } from '../check-change.ts';
import type { Counters, Integers, OpenStore, Pools, Rebuild, Store } from '../store.ts';
import { connectRedis } from './connection.ts';
import { createRedisEpoch, type Epoch } from './epoch.ts';
import { createRedisPartition } from './redis-partition.ts';

export interface RedisStoreOptions {
  readonly url: string;
  /** Prefix of all its keys: `<service>:{p<k>}:<layout>:…`. Two stores share their data exactly if they share this. */
  readonly service: string;
  /** Documents are spread over so many hash slots. Never change it under kept data: they would not be found again. */
  readonly partitions?: number;
  /** No answer within this time: Unavailable. */
  readonly commandTimeoutMs?: number;
}

/** Part of every key: data kept in another layout is not seen, and rebuilt from the stream, instead of misread. */
const LAYOUT = 3;

/** What the keys of each partition begin with. */
export const prefixesOf = (service: string, partitions: number): string[] =>
  Array.from({ length: partitions }, (_, k) => prefixOf(service, k));

/** What the keys of one partition begin with; `*`: of each, as a pattern. */
export const prefixOf = (service: string, partition: number | '*'): string => `${service}:{p${partition}}:${LAYOUT}`;

/**
 * The store in Redis >= 6.2: each call is one atomic script, and the commits of one turn of the event loop travel together.
 * Time is the server's. It connects in the background and again whenever it must. With several partitions each has its share of
 * every pool and can refuse on its own, and `counters` is atomic per partition.
 */
export function createRedisStore({
  url,
  service,
  partitions = 1,
  commandTimeoutMs = 1_500,
}: RedisStoreOptions): OpenStore {
  const connection = connectRedis(url, commandTimeoutMs);
  const prefixes = prefixesOf(service, partitions);
  const epoch = createRedisEpoch(connection, prefixes);
  const within = (of: Epoch) => asOne(prefixes.map((prefix) => createRedisPartition(connection, prefix, of)));
  return {
    ...within(epoch),
    health: epoch.health,
    checkpoint: epoch.checkpoint,
    async beginRebuild(leaseMs): Promise<Rebuild | undefined> {
      const begun = await epoch.begin(leaseMs);
      return begun && { ...begun, ...within(begun.epoch) };
    },
    close: connection.close,
  };
}

type Partition = Omit<Store, 'health'> & Pools;

/** All partitions as one store. */
function asOne(all: readonly Partition[]): Partition {
  const at = (id: string): Partition => all[partitionOf(id, all.length)] as Partition;
  let firstToClaim = 0;
  return {
    load: (id) => at(id).load(id),
    async commit(id, seen, change) {
      checkChange(id, change);
      return at(id).commit(id, seen, change);
    },
    async claimDue(limit, leaseMs) {
      const claimed = [];
      // Each time another partition is first, so that a full one cannot starve the rest.
      firstToClaim = (firstToClaim + 1) % all.length;
      for (const partition of [...all.slice(firstToClaim), ...all.slice(0, firstToClaim)])
        if (claimed.length < limit) claimed.push(...(await partition.claimDue(limit - claimed.length, leaseMs)));
      return claimed;
    },
    async oldest(limit) {
      const found = await Promise.all(all.map((partition) => partition.oldest(limit)));
      return found
        .flat()
        .sort((a, b) => a.dueAt - b.dueAt)
        .slice(0, limit);
    },
    counters: async () => sumOf(await Promise.all(all.map((partition) => partition.counters()))),
    async stock(units, mode) {
      checkUnits(units);
      await Promise.all(all.map((partition, k) => partition.stock(shareOf(units, k, all.length), mode)));
    },
  };
}

/** FNV-1a over the UTF-16 units: the same order is in the same partition in every process and for ever. */
function partitionOf(id: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % partitions;
}

/** The whole parts of all partitions add up to these units. */
const shareOf = (units: Integers, k: number, partitions: number): Integers =>
  Object.fromEntries(
    Object.entries(units).map(([pool, all]) => [pool, Math.floor(all / partitions) + Number(k < all % partitions)]),
  );

/** Each part is a reading of its own moment. */
const sumOf = (parts: readonly Counters[]): Counters => ({
  counters: sum(parts.map(({ counters }) => counters)),
  pools: sum(parts.map(({ pools }) => pools)),
  oldestDueAt: parts.flatMap(({ oldestDueAt }) => oldestDueAt ?? []).sort((a, b) => a - b)[0],
  now: Math.max(...parts.map(({ now }) => now)),
});

function sum(records: readonly Integers[]): Integers {
  const sums = new Map<string, number>();
  for (const [name, by] of records.flatMap(Object.entries<number>)) sums.set(name, (sums.get(name) ?? 0) + by);
  return Object.fromEntries(sums);
}
