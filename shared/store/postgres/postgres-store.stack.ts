import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startPostgres } from '#shared/stack/servers/native-server.ts';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';
import { commitNow, LONG_AGO, makeWhole } from '../contract/fixtures.ts';
import { readAll, steps } from '../contract/random-steps.ts';
import { createMemoryStore } from '../memory/memory-store.ts';
import { describeStore } from '../store.contract.ts';
import type { Change, OpenStore } from '../store.ts';
import { createPostgresStore } from './postgres-store.ts';
import { prepareStores } from './prepare.ts';
import { useSchema } from './schema.ts';

let postgres: NativeServer;
let admin: Client;
let opened: OpenStore[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  await prepareStores(postgres.url, []);
  admin = new Client(postgres.url);
  await admin.connect();
  await useSchema(admin, 'test-service');
});
beforeEach(empty);
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  opened = [];
});
afterAll(async () => {
  await admin.end();
  await postgres.stop();
});

async function wipe(): Promise<void> {
  await admin.query(
    'DELETE FROM documents; DELETE FROM leases; DELETE FROM counters; DELETE FROM pools; DELETE FROM store',
  );
}

/** Nothing is there but an epoch. */
async function empty(): Promise<void> {
  await wipe();
  await admin.query("INSERT INTO store VALUES (true, format('whole:%s@%s', gen_random_uuid(), server()), 0, NULL, 0)");
}

/** Patient: how soon an answer must come is not what is tested here. */
const create = (service = 'test-service') =>
  createPostgresStore({ url: postgres.url, service, commandTimeoutMs: 10_000 });

function open(service?: string): OpenStore {
  const store = create(service);
  opened.push(store);
  return store;
}

describeStore('the PostgreSQL store', async () => ({ store: open(), wipe }));

test('whatever is done to it and to the memory store, both answer the same and know the same', async () => {
  const real = open();
  await fc.assert(
    fc
      .asyncProperty(steps, async (all) => {
        const model = createMemoryStore();
        // It finds out that it is in another epoch.
        await real.counters().catch(() => real.counters());
        for (const { run } of all) expect(await run(real)).toEqual(await run(model));
        expect(await readAll(real)).toEqual(await readAll(model));
      })
      .beforeEach(empty),
    { numRuns: 300 },
  );
});

test('of two clients that commit on one version one wins', async () => {
  const [left, right] = [open(), open()];
  for (let version = 0; version < 50; version += 1) {
    const seen = await left.load('o');
    const change = (entry: string): Change => ({ entry, counters: { [entry]: 1 } });
    const committed = [left.commit('o', seen, change('left')), right.commit('o', seen, change('right'))];
    expect((await Promise.all(committed)).map(({ outcome }) => outcome).sort()).toEqual(['beaten', 'done']);
  }
  const { entries } = await left.load('o');
  expect(entries).toHaveLength(50);
  const { left: won = 0, right: lost = 0 } = (await right.counters()).counters;
  expect([won, lost]).toEqual(['left', 'right'].map((name) => entries.filter((entry) => entry === name).length));
});

test('two services on one database know nothing of each other', async () => {
  const other = await makeWhole(open('other-service'));
  await commitNow(open(), 'o', { entry: 'a', counters: { t: 1 }, pools: { flour: 1 }, dueAt: LONG_AGO });
  expect((await other.load('o')).version).toBe(0);
  expect(await other.claimDue(10, 0)).toEqual([]);
  const nothing = { counters: {}, pools: {}, oldestDueAt: undefined, now: expect.any(Number) };
  expect(await other.counters()).toEqual(nothing);
});
