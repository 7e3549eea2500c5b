import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startDynalite } from '#shared/stack/servers/native-server.ts';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';
import { freeze } from '#shared/testing/freeze.ts';
import { AN_HOUR, AWAY, commitNow, eventually, everyCall, LONG_AGO, makeWhole } from '../contract/fixtures.ts';
import type { OpenStore } from '../store.ts';
import { createDynamoDbStore } from './dynamodb-store.ts';
import { dropStore, prepareTables } from './tables.ts';

const SERVICE = 'test-service';
let server: NativeServer;
let store: OpenStore;

const open = (commandTimeoutMs = 10_000) =>
  createDynamoDbStore({ url: server.url, service: SERVICE, commandTimeoutMs });

beforeAll(async () => {
  server = await startDynalite({ prepare: (url) => prepareTables(url, [{ stores: [SERVICE] }]) });
});
beforeEach(async () => {
  await dropStore({ url: server.url, service: SERVICE });
  store = await makeWhole(open());
  return () => store.close();
});
afterAll(() => server.stop());

test('a frozen server: calls are refused instead of hanging, and done again once it goes on', async () => {
  const impatient = open(500);
  const seen = await impatient.load('o');
  await freeze(server);
  try {
    const refused = await Promise.allSettled([
      impatient.commit('o', seen, { entry: 'a' }),
      ...everyCall(impatient).map((call) => call()),
    ]);
    for (const one of refused) expect(one).toMatchObject({ status: 'rejected', reason: AWAY });
  } finally {
    server.signal('SIGCONT');
  }
  // The outcome was unknown; committing again on what was read finds out.
  await eventually(() => impatient.commit('o', seen, { entry: 'a' }));
  expect((await store.load('o')).entries).toEqual(['a']);
  await impatient.close();
});

test('a server killed in the midst of work keeps what it answered, is whole at once, and in the end all is counted', async () => {
  await commitNow(store, 'a', { entry: 'kept', counters: { a: 1 }, dueAt: LONG_AGO, expireAfterMs: AN_HOUR });
  const kept = await store.load('a');
  let [done, faults, restarted] = [0, 0, false];
  const working = (async () => {
    for (let answered = false; !(restarted && answered); await new Promise(setImmediate))
      try {
        await commitNow(store, 'b', { entry: 'e', counters: { b: 1 } });
        done += 1;
        answered = true;
      } catch (fault) {
        expect(fault).toMatchObject(AWAY);
        faults += 1;
        answered = false;
      }
  })();
  await eventually(async () => expect(done).toBeGreaterThan(5));
  await server.restart('SIGKILL');
  restarted = true;
  await working;
  expect(faults).toBeGreaterThan(0);
  expect(await store.load('a')).toEqual({ ...kept, now: expect.any(Number) });
  expect(await store.oldest(1)).toEqual([{ id: 'a', dueAt: LONG_AGO }]);
  const { version } = await store.load('b');
  expect(version).toBeGreaterThanOrEqual(done);
  // What was under way at the kill is counted once its group is taken for crashed.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
  expect((await store.counters()).counters).toEqual({ a: 1, b: version });
  vi.useRealTimers();
});
