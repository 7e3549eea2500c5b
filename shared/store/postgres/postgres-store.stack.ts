import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startPostgres } from '#shared/stack/servers/native-server.ts';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';
import { testLikeMemory, testTwoClients } from '../contract/clients.ts';
import { AN_HOUR, AWAY, commitNow, eventually, FAR_AHEAD, LONG_AGO, makeWhole } from '../contract/fixtures.ts';
import { describeStore } from '../store.contract.ts';
import type { OpenStore } from '../store.ts';
import { createPostgresStore } from './postgres-store.ts';
import { documentIdsOf, dropStore, prepareStores } from './prepare.ts';
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

testLikeMemory(open, empty, 300);
testTwoClients(open);

test('two services on one database know nothing of each other', async () => {
  const other = await makeWhole(open('other-service'));
  await commitNow(open(), 'o', { entry: 'a', counters: { t: 1 }, pools: { flour: 1 }, dueAt: LONG_AGO });
  expect((await other.load('o')).version).toBe(0);
  expect(await other.claimDue(10, 0)).toEqual([]);
  const nothing = { counters: {}, pools: {}, oldestDueAt: undefined, now: expect.any(Number) };
  expect(await other.counters()).toEqual(nothing);
});

test('tools are told the documents that are there, and drop all of them', async () => {
  const at = { url: postgres.url, service: 'test-service' };
  const store = open();
  for (const id of ['a', 'b']) await commitNow(store, id, { entry: 'x', counters: { t: 1 } });
  await commitNow(store, 'expired', { entry: 'x', expireAfterMs: 1 });
  await commitNow(store, 'only due', { dueAt: LONG_AGO });
  await eventually(async () => expect((await documentIdsOf(at)).sort()).toEqual(['a', 'b']));
  expect(await dropStore(at)).toBe(6);
  expect(await store.health()).toEqual({ is: 'wiped', checkpoint: 0 });
  expect(await documentIdsOf(at)).toEqual([]);
});

test('what has expired is removed when the checkpoint moves', async () => {
  const store = open();
  await commitNow(store, 'kept', { entry: 'x' });
  await commitNow(store, 'expired', { entry: 'x', expireAfterMs: 1 });
  await eventually(async () => {
    await store.checkpoint(1);
    expect((await admin.query('SELECT id FROM documents')).rows).toEqual([{ id: 'kept' }]);
  });
});

test('a restored backup or a standby that took over may lack the last writes: it is rebuilt from its checkpoint', async () => {
  const store = open();
  await commitNow(store, 'o', { entry: 'a' });
  await store.checkpoint(7, 's');
  // As the data say when they come from another server, or from another timeline of this one.
  await admin.query("UPDATE store SET epoch = regexp_replace(epoch, '-[0-9A-F]+$', '-00000009')");
  await expect(store.load('o')).rejects.toMatchObject(AWAY);
  expect(await store.health()).toEqual({ is: 'restarted', checkpoint: 7, stream: 's' });
  const rebuild = await store.beginRebuild(AN_HOUR);
  expect(rebuild).toMatchObject({ cause: 'restarted', from: 7, stream: 's' });
  await rebuild?.complete(8);
  expect((await store.load('o')).version).toBe(1);
});

test('one query tells which events of each order came and when, what the service made of them, and since when', async () => {
  const store = open();
  const event = (type: string, at: number, own?: true) => ({
    id: `${type}-1`,
    type,
    data: {},
    occurredAt: 0,
    storedAt: at,
    own,
  });
  const entriesOf = {
    'o-1': [
      [event('payment.completed', LONG_AGO)],
      [event('chef.assigned', LONG_AGO + 1), event('kitchen.ready', 2, true)],
    ],
    'o-2': [[event('payment.completed', LONG_AGO)]],
  };
  for (const [id, entries] of Object.entries(entriesOf))
    for (const entry of entries) await commitNow(store, id, { entry: JSON.stringify(entry), dueAt: FAR_AHEAD });
  const { rows } = await admin.query('SELECT * FROM "test-service".orders ORDER BY order_id');
  const times = { created_at: expect.any(Date), updated_at: expect.any(Date), due_at: new Date(FAR_AHEAD) };
  const came = { 'payment.completed': '2001-01-01T00:00:00+00:00' };
  expect(rows).toEqual([
    {
      order_id: 'o-1',
      status: 'kitchen.ready',
      came: { ...came, 'chef.assigned': '2001-01-01T00:00:00.001+00:00' },
      published: ['kitchen.ready'],
      ...times,
    },
    { order_id: 'o-2', status: 'waiting', came, published: null, ...times },
  ]);
  const waiting = `SELECT order_id FROM "test-service".orders WHERE status = 'waiting' AND NOT came ? 'chef.assigned'`;
  expect((await admin.query(waiting)).rows).toEqual([{ order_id: 'o-2' }]);
});
