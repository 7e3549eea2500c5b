import { checkChange, checkUnits } from '../check-change.ts';
import type { Committed, Document, Due, Integers, OpenStore, Pools, Rebuild, Store } from '../store.ts';
import { connectRedis } from './connection.ts';
import { createRedisEpoch, type Epoch } from './epoch.ts';
import { type Answer, createRedisPartition, type RedisPartition, type View } from './redis-partition.ts';

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
 * The store in Redis >= 7.0: each call is one atomic script, and the commits of one turn of the event loop travel together.
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

/** All partitions as one store. */
function asOne(all: readonly RedisPartition[]): Omit<Store, 'health'> & Pools {
  const at = (id: string): RedisPartition => all[partitionOf(id, all.length)] as RedisPartition;
  let firstToClaim = 0;
  return {
    async load(id) {
      const answer = await at(id).load({ id });
      return documentOf(id, answer.reply as View, answer);
    },
    async commit(id, seen, change): Promise<Committed> {
      checkChange(id, change);
      const answer = await at(id).commit({ id, seen, change });
      const { reply, now, epoch } = answer;
      if (reply === 'done') return { outcome: 'done', now, epoch };
      if (reply[0] === 'insufficient') return { outcome: 'insufficient', pools: (reply[1] as string[]).sort() };
      return { outcome: 'beaten', document: documentOf(id, reply[1] as View, answer) };
    },
    async claimDue(limit, leaseMs) {
      const claimed: Due[] = [];
      // Each time another partition is first, so that a full one cannot starve the rest.
      firstToClaim = (firstToClaim + 1) % all.length;
      for (const partition of [...all.slice(firstToClaim), ...all.slice(0, firstToClaim)])
        if (claimed.length < limit)
          claimed.push(...dueIn(await partition.ask('claim-due', limit - claimed.length, leaseMs)));
      return claimed;
    },
    async oldest(limit) {
      const replies = await Promise.all(all.map((partition) => partition.ask('oldest', limit)));
      return earliest(replies.flatMap(dueIn)).slice(0, limit);
    },
    /** Each partition is a reading of its own moment. */
    async counters() {
      const replies = (await Promise.all(all.map((partition) => partition.ask('counters')))) as CountersReply[];
      return {
        counters: sum(replies.flatMap(([, counters]) => pairsIn(counters))),
        pools: sum(replies.flatMap(([, , pools]) => pairsIn(pools))),
        oldestDueAt: earliest(replies.flatMap(([, , , due]) => dueIn(due)))[0]?.dueAt,
        now: Math.max(...replies.map(([now]) => now)),
      };
    },
    async stock(units, mode) {
      checkUnits(units);
      const share = (whole: number, k: number) => Math.floor(whole / all.length) + Number(k < whole % all.length);
      const argumentsAt = (k: number) => Object.entries(units).flatMap(([pool, whole]) => [pool, share(whole, k)]);
      await Promise.all(all.map((partition, k) => partition.ask('stock', mode, ...argumentsAt(k))));
    },
  };
}

/** FNV-1a over the UTF-16 units: the same order is in the same partition in every process and for ever. */
function partitionOf(id: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % partitions;
}

const documentOf = (id: string, [dueAt, entries]: View, { now, epoch }: Answer): Document => ({
  id,
  version: entries.length,
  entries,
  dueAt: dueAt === '' ? undefined : Number(dueAt),
  now,
  epoch,
});

type CountersReply = [now: number, counters: unknown, pools: unknown, due: unknown];

/** name, number, name, number, ... */
function pairsIn(flat: unknown): [string, number][] {
  const [list, pairs] = [flat as string[], [] as [string, number][]];
  for (let at = 0; at < list.length; at += 2) pairs.push([String(list[at]), Number(list[at + 1])]);
  return pairs;
}

const dueIn = (flat: unknown): Due[] => pairsIn(flat).map(([id, dueAt]) => ({ id, dueAt }));

const earliest = (due: Due[]): Due[] => due.sort((a, b) => a.dueAt - b.dueAt);

function sum(pairs: readonly [string, number][]): Integers {
  const sums = new Map<string, number>();
  for (const [name, by] of pairs) sums.set(name, (sums.get(name) ?? 0) + by);
  return Object.fromEntries(sums);
}
