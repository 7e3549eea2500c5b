import { Redis } from 'ioredis';
import { READY_CHANNEL } from './bullmq-flow.ts';

type Pools = Readonly<Record<string, number>>;
type Scripted = Redis & Record<keyof typeof scripts, (...args: (string | number)[]) => Promise<unknown>>;

/** As long as our services keep an order that has ended: RETENTION and DEAD_LETTER_RETENTION by default. */
const RETAIN_MS = 4 * 3_600_000;

/**
 * What the workers of the flows do in Redis: the ledger, stock and roster steps of our services, one atomic call each,
 * done once however often a job runs. Keys begin with the role; commands of one turn of the event loop share a round trip.
 */
export function openSteps(url: string, role: string) {
  const redis = new Redis(url, { enableAutoPipelining: true, scripts }) as Scripted;
  const key = (name: string): string => `${role}:${name}`;
  return {
    /** Writes `value` under `name` of an order unless something is there; resolves with what is. */
    writeOnce: async (id: string, name: string, value: string) =>
      String(await redis.benchWriteOnce(key(id), name, value, RETAIN_MS)),

    /** Books a captured payment, and adds it to the total of its currency. */
    capture: (orderId: string, minorUnits: number, currency: string) =>
      redis.benchCapture(key(orderId), key('totals'), minorUnits, currency),

    /** Takes all the pools' units or none. @throws Error when one is insufficient */
    async hold(id: string, pools: Pools): Promise<void> {
      const held = await redis.benchHold(key(id), key('pools'), RETAIN_MS, ...Object.entries(pools).flat());
      if (held !== 1) throw new Error(`${role}: a pool is insufficient`);
    },

    /** Units held are used up, or given back to their pools. */
    settle: (id: string, how: 'spent' | 'returned', pools: Pools) =>
      redis.benchSettle(key(id), key('pools'), how, ...Object.entries(pools).flat()),

    /** Writes that the order is ready, counts it, and publishes it on READY_CHANNEL, again at every run. */
    ready: (orderId: string, correlationData: string) =>
      redis.benchReady(key(orderId), key('totals'), orderId, correlationData, RETAIN_MS, READY_CHANNEL),

    fill: (pools: Pools) => redis.hset(key('pools'), pools),
    close: () => redis.disconnect(),
  };
}
export type Steps = ReturnType<typeof openSteps>;

const scripts = {
  benchWriteOnce: {
    numberOfKeys: 1,
    lua: `
redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return redis.call('HGET', KEYS[1], ARGV[1])`,
  },
  benchCapture: {
    numberOfKeys: 2,
    lua: `
if redis.call('HSETNX', KEYS[1], 'captured', ARGV[1]) == 1 then
  redis.call('HINCRBY', KEYS[2], 'captured:' .. ARGV[2], ARGV[1])
end
return 1`,
  },
  /** ARGV: retention, then pool and units by turns. */
  benchHold: {
    numberOfKeys: 2,
    lua: `
if redis.call('HEXISTS', KEYS[1], 'hold') == 1 then return 1 end
for at = 2, #ARGV, 2 do
  if tonumber(redis.call('HGET', KEYS[2], ARGV[at]) or 0) < tonumber(ARGV[at + 1]) then return 0 end
end
for at = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[2], ARGV[at], -ARGV[at + 1]) end
redis.call('HSET', KEYS[1], 'hold', 'held')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1`,
  },
  benchSettle: {
    numberOfKeys: 2,
    lua: `
if redis.call('HGET', KEYS[1], 'hold') ~= 'held' then return 0 end
redis.call('HSET', KEYS[1], 'hold', ARGV[1])
if ARGV[1] == 'returned' then
  for at = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[2], ARGV[at], ARGV[at + 1]) end
end
return 1`,
  },
  benchReady: {
    numberOfKeys: 2,
    lua: `
if redis.call('HSETNX', KEYS[1], 'ready', ARGV[2]) == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  redis.call('HINCRBY', KEYS[2], 'ready', 1)
end
redis.call('PUBLISH', ARGV[4], ARGV[1])
return 1`,
  },
};
