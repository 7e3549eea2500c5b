import { checkChange, checkUnits } from '../check-change.ts';
import type { Document, Due, Integers, OpenStore, Pools, Store } from '../store.ts';
import { COMMAND_TIMEOUT_MS } from '../store-kind.ts';
import { connectRedis, type RedisConnection } from './connection.ts';
import { createRedisEpoch, type Epoch } from './epoch.ts';
import { type Answer, createScriptCalls, type View } from './script-calls.ts';

export interface RedisStoreOptions {
  readonly url: string;
  /** Prefix of all its keys: `<service>:<layout>:…`. Two stores share their data exactly if they share this. */
  readonly service: string;
  /** No answer within this time: Unavailable. */
  readonly commandTimeoutMs?: number;
}

/** Part of every key: data kept in another layout is not seen, and rebuilt from the stream, instead of misread. */
const LAYOUT = 4;

/** What all keys of a store begin with. */
export const prefixOf = (service: string): string => `${service}:${LAYOUT}`;

/** The store in Redis >= 7.0: each call is one atomic script on the server's clock. It connects in the background. */
export function createRedisStore({
  url,
  service,
  commandTimeoutMs = COMMAND_TIMEOUT_MS,
}: RedisStoreOptions): OpenStore {
  const connection = connectRedis(url, commandTimeoutMs);
  const prefix = prefixOf(service);
  const epoch = createRedisEpoch(connection, prefix);
  return {
    ...within(connection, prefix, epoch),
    health: epoch.health,
    checkpoint: epoch.checkpoint,
    async beginRebuild(leaseMs) {
      const begun = await epoch.begin(leaseMs);
      return begun && { ...begun, ...within(connection, prefix, begun.epoch) };
    },
    close: connection.close,
  };
}

/** The calls that are made within an epoch. */
function within(connection: RedisConnection, prefix: string, epoch: Epoch): Omit<Store, 'health'> & Pools {
  const { load, commit, ask } = createScriptCalls(connection, prefix, epoch);
  return {
    async load(id) {
      const answer = await load({ id });
      return documentOf(id, answer.reply as View, answer);
    },
    async commit(id, seen, change) {
      checkChange(id, change);
      const answer = await commit({ id, seen, change });
      const { reply, now, epoch } = answer;
      if (reply === 'done') return { outcome: 'done', now, epoch };
      if (reply[0] === 'insufficient') return { outcome: 'insufficient', pools: (reply[1] as string[]).sort() };
      return { outcome: 'beaten', document: documentOf(id, reply[1] as View, answer) };
    },
    claimDue: async (limit, leaseMs) => dueIn(await ask('claim-due', limit, leaseMs)),
    oldest: async (limit) => dueIn(await ask('oldest', limit)),
    async counters() {
      const [now, counters, pools, due] = (await ask('counters')) as [number, unknown, unknown, unknown];
      return { counters: integersIn(counters), pools: integersIn(pools), oldestDueAt: dueIn(due)[0]?.dueAt, now };
    },
    async stock(units, mode) {
      checkUnits(units);
      await ask('stock', mode, ...Object.entries(units).flat());
    },
  };
}

const documentOf = (id: string, [dueAt, entries]: View, { now, epoch }: Answer): Document => ({
  id,
  version: entries.length,
  entries,
  dueAt: dueAt === '' ? undefined : Number(dueAt),
  now,
  epoch,
});

/** name, number, name, number, ... */
function pairsIn(flat: unknown): [string, number][] {
  const [list, pairs] = [flat as string[], [] as [string, number][]];
  for (let at = 0; at < list.length; at += 2) pairs.push([String(list[at]), Number(list[at + 1])]);
  return pairs;
}

const integersIn = (flat: unknown): Integers => Object.fromEntries(pairsIn(flat));
const dueIn = (flat: unknown): Due[] => pairsIn(flat).map(([id, dueAt]) => ({ id, dueAt }));
