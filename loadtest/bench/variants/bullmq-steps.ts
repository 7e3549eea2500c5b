import { Redis } from 'ioredis';
import { READY_CHANNEL } from './bullmq-flow.ts';

/**
 * What the workers of the flows do in Redis: the ledger, stock and roster steps of our services, one atomic call each,
 * done once however often a job runs. Keys begin with the role; commands of one turn of the event loop share a round trip.
 */
export class Steps {
  readonly #redis: Scripted;
  readonly #role: string;

  constructor(url: string, role: string) {
    this.#redis = new Redis(url, { enableAutoPipelining: true, scripts }) as Scripted;
    this.#role = role;
  }

  /** Writes `value` under `name` of an order unless something is there; resolves with what is. */
  async writeOnce(key: string, name: string, value: string): Promise<string> {
    return String(await this.#redis.benchWriteOnce(this.#key(key), name, value, RETAIN_MS));
  }

  /** Books a captured payment, and adds it to the total of its currency. */
  async capture(orderId: string, minorUnits: number, currency: string): Promise<void> {
    await this.#redis.benchCapture(this.#key(orderId), this.#key('totals'), minorUnits, currency);
  }

  /** Takes all the pools' units or none. @throws Error when one is insufficient */
  async hold(key: string, pools: Pools): Promise<void> {
    const args = Object.entries(pools).flat();
    const held = await this.#redis.benchHold(this.#key(key), this.#key('pools'), RETAIN_MS, ...args);
    if (held !== 1) throw new Error(`${this.#role}: a pool is insufficient`);
  }

  /** Units held are used up, or given back to their pools. */
  async settle(key: string, how: 'spent' | 'returned', pools: Pools): Promise<void> {
    await this.#redis.benchSettle(this.#key(key), this.#key('pools'), how, ...Object.entries(pools).flat());
  }

  /** Writes that the order is ready, counts it, and publishes it on READY_CHANNEL, again at every run. */
  async ready(orderId: string, correlationData: string): Promise<void> {
    const keys = [this.#key(orderId), this.#key('totals')];
    await this.#redis.benchReady(...keys, orderId, correlationData, RETAIN_MS, READY_CHANNEL);
  }

  async fill(pools: Pools): Promise<void> {
    await this.#redis.hset(this.#key('pools'), pools);
  }

  close(): void {
    this.#redis.disconnect();
  }

  #key(key: string): string {
    return `${this.#role}:${key}`;
  }
}

type Pools = Readonly<Record<string, number>>;
type Scripted = Redis & Record<keyof typeof scripts, (...args: (string | number)[]) => Promise<unknown>>;

/** As long as our services keep an order that has ended: RETENTION and DEAD_LETTER_RETENTION by default. */
const RETAIN_MS = 4 * 3_600_000;

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
