import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startRedis } from '#shared/stack/servers/native-server.ts';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';
import { refusals, startCommitting, testFrozenServer } from '../contract/faults.ts';
import { AWAY, commitNow, eventually, LONG_AGO, makeWhole } from '../contract/fixtures.ts';
import { readAll } from '../contract/random-steps.ts';
import type { Change, OpenStore } from '../store.ts';
import { createRedisStore } from './redis-store.ts';

let redis: NativeServer;
let store: OpenStore;
let admin: Redis;

/** Patient, since a busy disk takes its time to sync; impatient where the server does not answer at all. */
const open = (commandTimeoutMs = 10_000) =>
  createRedisStore({ url: redis.url, service: 'test-service', commandTimeoutMs });
const IMPATIENT_MS = 500;

beforeEach(async () => {
  // Synced before each answer: with "everysec" a slow disk delays even the write, and a kill would lose it.
  redis = await startRedis({ durable: true });
  admin = new Redis(redis.url);
  store = await makeWhole(open());
});
afterEach(async () => {
  admin.disconnect();
  await store.close();
  await redis.stop();
});

testFrozenServer({ store: () => store, open, server: () => redis });

test('the first call waits until the store is connected', async () => {
  const opened = open();
  expect((await opened.load('o')).version).toBe(0);
  await opened.close();
});

test('without a server every call says that the store is away, and why', async () => {
  const nowhere = createRedisStore({ url: 'redis://127.0.0.1:1', service: 'test-service' });
  for (const refusal of await refusals(nowhere))
    expect(refusal).toMatchObject({ ...AWAY, cause: { message: expect.stringContaining('ECONNREFUSED') } });
  await nowhere.close();
});

test('a server killed in the midst of work: calls are refused, then done again after a rebuild, and nothing is lost', async () => {
  const committing = startCommitting(store);
  await committing.more(50);
  await redis.restart('SIGKILL');
  await eventually(() => makeWhole(store));
  await committing.end();
  await committing.expectAllIn(store);
});

test('a server that lost its scripts gets them again', async () => {
  await commitNow(store, 'o', { entry: 'a' });
  await admin.script('FLUSH');
  expect(await commitNow(store, 'o', { entry: 'b' })).toMatchObject({ outcome: 'done' });
});

test('a server that takes no more clients is away, and lets the store in when it does', async () => {
  await admin.config('SET', 'maxclients', '1');
  const refused = open(IMPATIENT_MS);
  // Its cause is the server's answer, or that the connection broke: whichever came first.
  for (const refusal of await refusals(refused)) expect(refusal).toMatchObject(AWAY);
  await admin.config('SET', 'maxclients', '100');
  expect(await eventually(() => refused.load('o'))).toMatchObject({ version: 0 });
  await refused.close();
});

test('a server that refuses the scripts a command is away, and no document is blamed', async () => {
  const seen = await store.load('o');
  await admin.acl('SETUSER', 'default', '-llen');
  await expect(store.commit('o', seen, { entry: 'a' })).rejects.toMatchObject(AWAY);
  await admin.acl('SETUSER', 'default', '+@all');
  expect((await store.load('o')).version).toBe(0);
});

describe.each([
  ['is full', 'OOM', 'CONFIG SET maxmemory 1', 'CONFIG SET maxmemory 0'],
  ['takes no writes', 'READONLY', 'REPLICAOF 127.0.0.1 1', 'REPLICAOF NO ONE'],
  ['allows no scripts', 'NOPERM', 'ACL SETUSER default -evalsha -eval', 'ACL SETUSER default +@all'],
])('a server that %s', (_, answer, begin, end) => {
  const administer = (command: string) => admin.call(...(command.split(' ') as [string, ...string[]]));

  test.each<[string, Change]>([
    ['everything', { entry: 'b', counters: { t: 1 }, pools: { flour: -1 }, dueAt: LONG_AGO, expireAfterMs: 9_000 }],
    ['an entry', { entry: 'b' }],
    ['counters', { counters: { t: 1 } }],
    ['pools', { pools: { flour: -1 } }],
    ['a due time', { dueAt: LONG_AGO, attended: true }],
  ])('is away, and nothing is half done: a change of %s', async (_, change) => {
    await store.stock({ flour: 5 }, 'missing');
    await commitNow(store, 'a', { entry: 'a', counters: { t: 1 }, dueAt: LONG_AGO + 1 });
    const before = await readAll(store);
    const seen = await store.load('a');
    await administer(begin);
    const both = [store.commit('a', seen, change), store.commit('b', { ...seen, version: 0 }, change)];
    const cause = { message: expect.stringContaining(answer) };
    for (const settled of await Promise.allSettled(both))
      expect(settled).toMatchObject({ status: 'rejected', reason: { ...AWAY, cause } });
    await administer(end);
    expect(await readAll(store)).toEqual(before);
    expect(await store.commit('a', seen, change)).toMatchObject({ outcome: 'done' });
  });

  test('is away for whoever stocks pools', async () => {
    await administer(begin);
    await expect(store.stock({ flour: 1 }, 'missing')).rejects.toMatchObject(AWAY);
    await administer(end);
    expect((await store.counters()).pools).toEqual({});
  });
});
