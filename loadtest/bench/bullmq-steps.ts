import { Redis } from 'ioredis';
import { READY_CHANNEL } from './bullmq-flow.ts';

/**
 * What the workers of the flows do in Redis: the ledger, stock and roster steps of our services, one atomic call each,
 * done once however often a job is run. Every call resolves with what is true afterwards.
 */
export interface Steps {
  /** Writes `value` under `name` of an order unless something is there; resolves with what is. */
  writeOnce(key: string, name: string, value: string): Promise<string>;
  /** Books a captured payment, and adds it to the total of its currency. */
  capture(orderId: string, minorUnits: number, currency: string): Promise<void>;
  /** Takes all the pools' units or none. @throws Error when one is short. */
  hold(key: string, pools: Readonly<Record<string, number>>): Promise<void>;
  /** Units held are used up, or given back to their pools. */
  settle(key: string, how: 'spent' | 'returned', pools: Readonly<Record<string, number>>): Promise<void>;
  /** Writes that the order is ready, counts it, and tells it on READY_CHANNEL, again at every run. */
  ready(orderId: string, correlationData: string): Promise<void>;
  fill(pools: Readonly<Record<string, number>>): Promise<void>;
  close(): void;
}

/** As long as our services remember an order that has ended: RETENTION and DEAD_LETTER_RETENTION by default. */
const RETAIN_MS = 4 * 3_600_000;

const WRITE_ONCE = `
redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return redis.call('HGET', KEYS[1], ARGV[1])`;

const CAPTURE = `
if redis.call('HSETNX', KEYS[1], 'captured', ARGV[1]) == 1 then
  redis.call('HINCRBY', KEYS[2], 'captured:' .. ARGV[2], ARGV[1])
end
return 1`;

/** ARGV: retention, then pool and units by turns. */
const HOLD = `
if redis.call('HEXISTS', KEYS[1], 'hold') == 1 then return 1 end
for at = 2, #ARGV, 2 do
  if tonumber(redis.call('HGET', KEYS[2], ARGV[at]) or 0) < tonumber(ARGV[at + 1]) then return 0 end
end
for at = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[2], ARGV[at], -ARGV[at + 1]) end
redis.call('HSET', KEYS[1], 'hold', 'held')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1`;

const SETTLE = `
if redis.call('HGET', KEYS[1], 'hold') ~= 'held' then return 0 end
redis.call('HSET', KEYS[1], 'hold', ARGV[1])
if ARGV[1] == 'returned' then
  for at = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[2], ARGV[at], ARGV[at + 1]) end
end
return 1`;

const READY = `
if redis.call('HSETNX', KEYS[1], 'ready', ARGV[2]) == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  redis.call('HINCRBY', KEYS[2], 'ready', 1)
end
redis.call('PUBLISH', ARGV[4], ARGV[1])
return 1`;

const POOLS = 'pools';
const flat = (pools: Readonly<Record<string, number>>): (string | number)[] => Object.entries(pools).flat();

type Script = (...args: (string | number)[]) => Promise<unknown>;

/** The keys of one role's steps start with its name. Commands of one turn of the event loop share a round trip. */
export function openSteps(url: string, role: string): Steps {
  const redis = new Redis(url, { enableAutoPipelining: true });
  const script = (name: string, lua: string, numberOfKeys: number): Script => {
    redis.defineCommand(name, { lua, numberOfKeys });
    return (redis as unknown as Record<string, Script>)[name]?.bind(redis) as Script;
  };
  const writeOnce = script('writeOnce', WRITE_ONCE, 1);
  const capture = script('capture', CAPTURE, 2);
  const hold = script('hold', HOLD, 2);
  const settle = script('settle', SETTLE, 2);
  const ready = script('ready', READY, 2);
  const keyOf = (key: string) => `${role}:${key}`;
  return {
    writeOnce: async (key, name, value) => String(await writeOnce(keyOf(key), name, value, RETAIN_MS)),
    capture: async (orderId, minorUnits, currency) => {
      await capture(keyOf(orderId), keyOf('totals'), minorUnits, currency);
    },
    hold: async (key, pools) => {
      if ((await hold(keyOf(key), keyOf(POOLS), RETAIN_MS, ...flat(pools))) !== 1) throw new Error(`${role} ran short`);
    },
    settle: async (key, how, pools) => {
      await settle(keyOf(key), keyOf(POOLS), how, ...flat(pools));
    },
    ready: async (orderId, correlationData) => {
      await ready(keyOf(orderId), keyOf('totals'), orderId, correlationData, RETAIN_MS, READY_CHANNEL);
    },
    fill: async (pools) => {
      await redis.hset(keyOf(POOLS), pools);
    },
    close: () => redis.disconnect(),
  };
}
