import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type NativeServer, startRedis } from '#shared/stack/native-server.ts';
import { AN_HOUR, aChange, aFact, anEntry, commitNow, FAR_AHEAD, LONG_AGO, makeWhole } from './contract/fixtures.ts';
import { readAll, steps } from './contract/random-steps.ts';
import { describeCorrelationStore } from './correlation-store.contract.ts';
import type { CorrelationStore } from './correlation-store.ts';
import { createMemoryStore } from './memory-store.ts';
import { createRedisStore } from './redis-store.ts';

let redis: NativeServer;
let admin: Redis;
let opened: CorrelationStore[] = [];

beforeAll(async () => {
  redis = await startRedis();
  admin = new Redis(redis.url);
});
beforeEach(empty);
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  opened = [];
});
afterAll(async () => {
  admin.disconnect();
  await redis.stop();
});

/** Nothing is there but an epoch, in as many partitions as any test has. */
async function empty(): Promise<void> {
  await admin.flushall();
  const store = await makeWhole(createRedisStore({ url: redis.url, service: 'test-service', partitions: 2 }));
  await store.close();
}

function open(partitions = 1): CorrelationStore {
  const store = createRedisStore({ url: redis.url, service: 'test-service', partitions });
  opened.push(store);
  return store;
}

describeCorrelationStore('the Redis store', async () => ({
  store: open(),
  wipe: async () => void (await admin.flushall()),
  cleanup: async () => {},
}));

describe('the Redis store beside the memory store', () => {
  test('whatever is done to both, both answer the same and know the same', async () => {
    const real = open();
    await fc.assert(
      fc
        .asyncProperty(steps, async (all) => {
          const model = createMemoryStore();
          // It finds out that it is in another epoch.
          await real.totals().catch(() => real.totals());
          for (const { run } of all) expect(await run(real)).toEqual(await run(model));
          expect(await readAll(real)).toEqual(await readAll(model));
        })
        .beforeEach(empty),
      { numRuns: 200 },
    );
  });
});

describe('several clients', () => {
  test('of two that commit the same version one wins', async () => {
    const stores = [open(), open()];
    for (let version = 0; version < 50; version += 1) {
      const committed = await Promise.all(stores.map((store, k) => store.commit('o', version, aChange({ state: k }))));
      expect(committed.map(({ outcome }) => outcome).sort()).toEqual(['done', 'stale']);
      const winner = committed.findIndex(({ outcome }) => outcome === 'done');
      expect(await open().load('o')).toMatchObject({ version: version + 1, state: winner });
      await opened.pop()?.close();
    }
  });
});

describe('the keys', () => {
  test('all begin with service, partition and layout, and only closed orders expire', async () => {
    const store = open();
    await store.fillPools({ flour: 1 }, 'missing');
    const everything = { group: 'g', dueAt: FAR_AHEAD, counts: [{ once: 'c', total: 't', by: 1 }] };
    await commitNow(store, 'waiting', everything);
    await commitNow(store, 'owing', { ...everything, outbox: [anEntry('a')], forgetAfterMs: AN_HOUR });
    await commitNow(store, 'closed', { ...everything, forgetAfterMs: AN_HOUR });
    await store.record('closed', aFact('late'));
    const keys = (await admin.keys('*')).filter((key) => !key.includes('{p1}'));
    const names = [
      'due',
      'epoch',
      'groups',
      'order:closed',
      'order:owing',
      'order:waiting',
      'pools',
      'settled',
      'since',
      'totals',
    ];
    expect(keys.sort()).toEqual(names.map((name) => `test-service:{p0}:2:${name}`));
    for (const key of keys)
      if (key.endsWith(':closed')) expect(await admin.pttl(key)).toBeGreaterThan(0);
      else expect(await admin.pttl(key)).toBe(-1);
  });

  test('two services on one Redis know nothing of each other', async () => {
    const other = await makeWhole(createRedisStore({ url: redis.url, service: 'other-service' }));
    opened.push(other);
    await commitNow(open(), 'o', { group: 'g', dueAt: LONG_AGO });
    expect((await other.load('o')).version).toBe(0);
    expect(await other.claimDue(10, 0)).toEqual([]);
    expect((await other.totals()).groups).toEqual({});
  });
});

describe('partitions', () => {
  const ids = Array.from({ length: 40 }, (_, k) => `order-${k}`);

  test('share the orders, and everybody finds them', async () => {
    const [store, other] = [open(2), open(2)];
    await Promise.all(ids.map((id) => store.record(id, aFact('e'))));
    for (const id of ids) expect((await other.load(id)).facts).toHaveLength(1);
    const keys = await admin.keys('*');
    const inFirst = keys.filter((key) => key.startsWith('test-service:{p0}:2:order:'));
    expect(keys.filter((key) => key.includes(':order:'))).toHaveLength(40);
    expect(inFirst.length).toBeGreaterThan(5);
    expect(inFirst.length).toBeLessThan(35);
  });

  test('are claimed from and counted together', async () => {
    const store = open(2);
    const change = { group: 'g', outbox: [anEntry('a')], counts: [{ once: 'c', total: 't', by: 2 }], dueAt: LONG_AGO };
    await Promise.all(ids.map((id) => commitNow(store, id, change)));
    const claims = [await store.claimDue(25, AN_HOUR), await store.claimDue(25, AN_HOUR)];
    expect(claims.map(({ length }) => length)).toEqual([25, 15]);
    expect(claims.flat().sort()).toEqual([...ids].sort());
    await commitNow(store, 'order-0', { group: 'g', dueAt: LONG_AGO });
    expect(await store.totals()).toMatchObject({ groups: { g: 40 }, totals: { t: 80 }, outboxPending: 40 });
  });

  test('tell together which orders are in a group for longest', async () => {
    const store = open(2);
    for (const [index, id] of ids.entries()) await commitNow(store, id, { group: 'g', since: FAR_AHEAD - index });
    const found = await store.longestGrouped(25);
    expect(found.map(({ id }) => id)).toEqual([...ids].reverse().slice(0, 25));
  });

  test('have each their share of a pool, all of it together', async () => {
    const store = open(2);
    expect(await store.fillPools({ flour: 5, cheese: 1 }, 'missing')).toEqual({ flour: 5, cheese: 1 });
    expect((await store.totals()).pools).toEqual({ flour: 5, cheese: 1 });
    expect(await admin.hgetall('test-service:{p1}:2:pools')).toEqual({ flour: '2', cheese: '0' });
  });
});
