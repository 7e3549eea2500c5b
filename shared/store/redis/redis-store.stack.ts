import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startRedis } from '#shared/stack/servers/native-server.ts';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';
import { testLikeMemory, testTwoClients } from '../contract/clients.ts';
import { AN_HOUR, commitNow, FAR_AHEAD, LONG_AGO, makeWhole } from '../contract/fixtures.ts';
import { describeStore } from '../store.contract.ts';
import type { Change, OpenStore } from '../store.ts';
import { createRedisStore } from './redis-store.ts';

let redis: NativeServer;
let admin: Redis;
let opened: OpenStore[] = [];

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

/** Nothing is there but an epoch. */
async function empty(): Promise<void> {
  await admin.flushall();
  const store = await makeWhole(createRedisStore(options()));
  await store.close();
}

/** Patient: how soon an answer must come is not what is tested here. */
const options = (service = 'test-service') => ({ url: redis.url, service, commandTimeoutMs: 10_000 });

function open({ service = 'test-service' } = {}): OpenStore {
  const store = createRedisStore(options(service));
  opened.push(store);
  return store;
}

describeStore('the Redis store', async () => ({
  store: open(),
  wipe: async () => void (await admin.flushall()),
}));

testLikeMemory(open, empty, 300);
testTwoClients(open);

test('all keys begin with service and layout, and nothing but documents expires', async () => {
  const store = open();
  const change: Change = { entry: 'a', counters: { t: 1 }, pools: { flour: 1 }, dueAt: LONG_AGO };
  await commitNow(store, 'open', change);
  await commitNow(store, 'closed', { ...change, expireAfterMs: AN_HOUR });
  await store.claimDue(1, AN_HOUR);
  const keys = await admin.keys('*');
  const names = ['checkpoint', 'counters', 'due', 'epoch', 'leases', 'order:closed', 'order:open', 'pools'];
  expect(keys.sort()).toEqual(names.map((name) => `test-service:4:${name}`));
  const expiring: string[] = [];
  for (const key of keys) if ((await admin.pttl(key)) > 0) expiring.push(key);
  expect(expiring).toEqual(['test-service:4:order:closed']);
});

test('two services on one Redis know nothing of each other', async () => {
  const other = await makeWhole(open({ service: 'other-service' }));
  await commitNow(open(), 'o', { entry: 'a', counters: { t: 1 }, pools: { flour: 1 }, dueAt: LONG_AGO });
  expect((await other.load('o')).version).toBe(0);
  expect(await other.claimDue(10, 0)).toEqual([]);
  const nothing = { counters: {}, pools: {}, oldestDueAt: undefined, now: expect.any(Number) };
  expect(await other.counters()).toEqual(nothing);
});

test('foreign data under a key is an error that names the document, and the rest of the batch is done', async () => {
  const store = open();
  await admin.set('test-service:4:order:bad', 'a string');
  const seen = await store.load('good');
  const change: Change = { entry: 'a', counters: { t: 1 }, dueAt: FAR_AHEAD };
  const ids = ['good', 'bad', 'also good'];
  const committed = await Promise.allSettled(ids.map((id) => store.commit(id, seen, change)));
  const error = { name: 'Error', message: expect.stringMatching(/commit.*document bad.*WRONGTYPE/) };
  expect(committed).toMatchObject([
    { status: 'fulfilled', value: { outcome: 'done' } },
    { status: 'rejected', reason: error },
    { status: 'fulfilled', value: { outcome: 'done' } },
  ]);
  await expect(store.load('bad')).rejects.toThrow('load found foreign data under the key of document bad');
  expect((await store.counters()).counters).toEqual({ t: 2 });
  expect((await store.oldest(9)).map(({ id }) => id)).toEqual(['also good', 'good']);
});
