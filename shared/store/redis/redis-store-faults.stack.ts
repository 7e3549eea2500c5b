import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Unavailable } from '#shared/messaging/faults.ts';
import { type NativeServer, startRedis } from '#shared/stack/native-server.ts';
import { freeze } from '#shared/testing/freeze.ts';
import { aChange, aFact, anEntry, commitNow, eventually, makeWhole } from './contract/fixtures.ts';
import type { CorrelationStore } from './correlation-store.ts';
import { createRedisStore } from './redis-store.ts';

let redis: NativeServer;
let store: CorrelationStore;

beforeEach(async () => {
  // Synced before each answer: with "everysec" a slow disk delays even the write, and a kill would lose it.
  redis = await startRedis({ durable: true });
  store = await makeWhole(createRedisStore({ url: redis.url, service: 'test-service', commandTimeoutMs: 500 }));
});
afterEach(async () => {
  await store.close();
  await redis.stop();
});

/** Runs a command past the store. */
async function administer(...command: [string, ...string[]]): Promise<unknown> {
  const admin = new Redis(redis.url);
  try {
    return await admin.call(...command);
  } finally {
    admin.disconnect();
  }
}

test('the first call waits until the store is connected', async () => {
  expect((await store.load('o')).version).toBe(0);
});

test('without a server every method says that the store is away, and why', async () => {
  const nowhere = createRedisStore({ url: 'redis://127.0.0.1:1', service: 'test-service' });
  const calls = [
    nowhere.record('o', aFact('e')),
    nowhere.load('o'),
    nowhere.commit('o', 0, aChange()),
    nowhere.markPublished('o', ['a']),
    nowhere.claimDue(1, 1),
    nowhere.totals(),
    nowhere.fillPools({ flour: 1 }, 'missing'),
  ];
  for (const settled of await Promise.allSettled(calls)) {
    const error = settled.status === 'rejected' ? settled.reason : undefined;
    expect(error).toBeInstanceOf(Unavailable);
    expect(error.dependency).toBe('store');
    expect(error.cause.message).toContain('ECONNREFUSED');
  }
  await nowhere.close();
});

test('a server killed in the midst of work: calls fail as Unavailable, then work by themselves, and nothing is lost', async () => {
  const recorded: string[] = [];
  const faults: unknown[] = [];
  let restarted = false;
  async function keepRecording(worker: number): Promise<void> {
    for (let k = 0, answered = false; !(restarted && answered); k += 1) {
      const id = `w${worker}-${k}`;
      try {
        await store.record(`o${worker}`, aFact(id));
        recorded.push(id);
        answered = true;
      } catch (fault) {
        faults.push(fault);
        answered = false;
      }
      // An outage answers at once: leave the reconnecting its turn.
      await new Promise(setImmediate);
    }
  }
  const working = Promise.all([0, 1, 2, 3].map(keepRecording));
  await eventually(async () => expect(recorded.length).toBeGreaterThan(50));
  await redis.restart('SIGKILL');
  await eventually(() => makeWhole(store));
  restarted = true;
  await working;
  expect(faults.length).toBeGreaterThan(0);
  for (const fault of faults) expect(fault).toBeInstanceOf(Unavailable);
  const known = await Promise.all([0, 1, 2, 3].map((worker) => store.load(`o${worker}`)));
  const ids = known.flatMap(({ facts }) => facts.map(({ id }) => id));
  expect(ids).toEqual(expect.arrayContaining(recorded));
  expect(new Set(ids).size).toBe(ids.length);
});

test('a stopped server: calls fail as Unavailable instead of hanging, and work again once it goes on', async () => {
  await store.record('o', aFact('e1'));
  await freeze(redis);
  try {
    const calls = [store.record('o', aFact('e2')), store.totals(), store.claimDue(1, 1)];
    for (const settled of await Promise.allSettled(calls))
      expect(settled).toMatchObject({ status: 'rejected', reason: expect.any(Unavailable) });
  } finally {
    redis.signal('SIGCONT');
  }
  // The outcome of e2 was unknown; asking again finds out.
  const { correlation } = await eventually(() => store.record('o', aFact('e2')));
  expect(correlation.facts.map(({ id }) => id)).toEqual(['e1', 'e2']);
});

test('a server that was stopped when the store was closed keeps nobody waiting', async () => {
  await store.load('o');
  await freeze(redis);
  try {
    await store.close();
  } finally {
    redis.signal('SIGCONT');
  }
});

test('a server that lost its scripts gets them again', async () => {
  await store.record('o', aFact('e1'));
  await administer('SCRIPT', 'FLUSH');
  expect((await store.record('o', aFact('e2'))).outcome).toBe('new');
  await administer('FLUSHALL');
  await administer('SCRIPT', 'FLUSH');
  await makeWhole(store);
  const committed = await eventually(() => commitNow(store, 'o', { outbox: [anEntry('a')] }));
  expect(committed.outcome).toBe('done');
});

test('a full server is away, not at fault, and nothing is half done', async () => {
  await store.record('o', aFact('e1'));
  await administer('CONFIG', 'SET', 'maxmemory', '1');
  await expect(store.commit('o', 1, aChange({ outbox: [anEntry('a')] }))).rejects.toThrow(Unavailable);
  await administer('CONFIG', 'SET', 'maxmemory', '0');
  expect(await store.load('o')).toMatchObject({ version: 1, outbox: [], emitted: new Set() });
});

test('foreign data under a key is an error of its own, and the other orders of the batch do not notice', async () => {
  await administer('SET', 'test-service:{p0}:2:order:bad', 'a string');
  const [bad, good] = await Promise.allSettled([store.record('bad', aFact('e')), store.record('good', aFact('e'))]);
  expect(bad).toMatchObject({
    status: 'rejected',
    reason: { name: 'Error', message: expect.stringMatching(/record.*WRONGTYPE/) },
  });
  expect(good).toMatchObject({ status: 'fulfilled', value: { outcome: 'new' } });
});
