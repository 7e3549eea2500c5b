import { checkChange, checkUnits } from './check-change.ts';
import type { Change, Committed, CorrelationStore } from './correlation-store.ts';
import { partitionOf, shareOf } from './partition.ts';
import { connectRedis } from './redis-connection.ts';
import { type Epoch, RedisEpoch } from './redis-epoch.ts';
import { type Answered, createRedisPartition, type RedisPartition } from './redis-partition.ts';
import { readScripts } from './redis-scripts.ts';
import { sum, sumTotals } from './redis-totals.ts';
import { type ReadReply, toCorrelation } from './to-correlation.ts';

export interface RedisStoreOptions {
  readonly url: string;
  /** Prefix of all its keys: `<service>:{p<k>}:<layout>:…`. Two stores share their data exactly if they share this. */
  readonly service: string;
  /** Orders are spread over so many hash slots. Never change it under kept data: orders would not be found again. */
  readonly partitions?: number;
  /** No answer within this time: Unavailable. */
  readonly commandTimeoutMs?: number;
}

/** Part of every key: data kept in another layout is not seen, instead of misread. Raise it when `lua/order.lua` says other. */
const LAYOUT = 2;

/** What the keys of each partition begin with. */
export const prefixesOf = (service: string, partitions: number): string[] =>
  Array.from({ length: partitions }, (_, k) => prefixOf(service, k));

/** What the keys of one partition begin with; `*`: of each, as a pattern. */
export const prefixOf = (service: string, partition: number | '*'): string => `${service}:{p${partition}}:${LAYOUT}`;

/**
 * The CorrelationStore in Redis >= 6.2: each method is one atomic script, and the calls of one turn of the event loop
 * travel together. Time is the server's. It connects in the background and again whenever it must. With several
 * partitions each has its share of every pool and can be short on its own, and `totals` is atomic per partition.
 */
export function createRedisStore<State = unknown>({
  url,
  service,
  partitions = 1,
  commandTimeoutMs = 1_500,
}: RedisStoreOptions): CorrelationStore<State> {
  const connection = connectRedis(url, commandTimeoutMs);
  const scripts = readScripts();
  const prefixes = prefixesOf(service, partitions);
  const epoch = new RedisEpoch(connection, scripts.epoch, prefixes);
  const within = (of: Epoch) => prefixes.map((prefix) => createRedisPartition(connection, scripts, prefix, of));
  const all = within(epoch);
  let firstToClaim = 0;

  return {
    ...ordersIn<State>(all),
    async record(id, fact) {
      const { reply, epoch } = await at(all, id).record(id, fact);
      return { outcome: reply[0] as 'new', correlation: toCorrelation<State>(id, reply as ReadReply, epoch) };
    },
    async claimDue(limit, leaseMs) {
      const claimed: string[] = [];
      // Each time another partition is first, so that a full one cannot starve the rest.
      firstToClaim = (firstToClaim + 1) % partitions;
      for (const partition of [...all.slice(firstToClaim), ...all.slice(0, firstToClaim)])
        if (claimed.length < limit) claimed.push(...(await partition.claimDue(limit - claimed.length, leaseMs)));
      return claimed;
    },
    async longestGrouped(limit) {
      const found = (await Promise.all(all.map((partition) => partition.longestGrouped(limit)))).flat();
      return found.sort((a, b) => a.since - b.since).slice(0, limit);
    },
    totals: async () => sumTotals(await Promise.all(all.map((partition) => partition.totals()))),
    standing: () => epoch.standing(),
    async noteSettled(sequence) {
      await Promise.all(all.map((partition) => partition.noteSettled(sequence)));
    },
    async beginRebuild(leaseMs) {
      const begun = await epoch.begin(leaseMs);
      if (!begun) return undefined;
      const own = within(begun.epoch);
      return {
        ...begun,
        ...ordersIn<State>(own),
        async dueBy(at: number, limit: number) {
          const found = await Promise.all(own.map((partition) => partition.dueBy(at, limit)));
          return found.flat().slice(0, limit);
        },
      };
    },
    close: () => connection.close(),
  };
}

const at = (all: readonly RedisPartition[], id: string): RedisPartition =>
  all[partitionOf(id, all.length)] as RedisPartition;

/** What the store and who rebuilds it have in common. */
function ordersIn<State>(all: readonly RedisPartition[]) {
  const ofOrder = (id: string, { reply, epoch }: Answered) => toCorrelation<State>(id, reply as ReadReply, epoch);
  return {
    load: async (id: string) => ofOrder(id, await at(all, id).load(id)),
    async commit(id: string, version: number, change: Change, epoch?: string): Promise<Committed<State>> {
      checkChange(id, change);
      const answered = await at(all, id).commit(id, version, change, epoch);
      const { reply } = answered;
      if (reply === 'done') return { outcome: 'done', version: version + 1 };
      if (reply[0] === 'short') return { outcome: 'short', pools: reply.slice(1) as string[] };
      return { outcome: 'stale', correlation: ofOrder(id, answered) };
    },
    async markPublished(id: string, eventIds: readonly string[]): Promise<void> {
      if (eventIds.length > 0) await at(all, id).markPublished(id, eventIds);
    },
    async fillPools(units: Readonly<Record<string, number>>, mode: 'missing' | 'raise') {
      checkUnits(units);
      const share = (k: number) =>
        Object.fromEntries(Object.entries(units).map(([pool, whole]) => [pool, shareOf(whole, k, all.length)]));
      return sum(await Promise.all(all.map((partition, k) => partition.fillPools(share(k), mode))));
    },
  };
}
