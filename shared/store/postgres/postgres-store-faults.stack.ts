import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startPostgres } from '#shared/stack/servers/native-server.ts';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';
import { AWAY, commitNow, eventually, everyCall, LONG_AGO, makeWhole } from '../contract/fixtures.ts';
import { readAll } from '../contract/random-steps.ts';
import type { Change, OpenStore } from '../store.ts';
import { createPostgresStore } from './postgres-store.ts';
import { documentIdsOf, dropStore, prepareStores } from './prepare.ts';

let postgres: NativeServer;
let admin: Client;
let opened: OpenStore[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  await prepareStores(postgres.url, []);
  admin = new Client(postgres.url);
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await postgres.stop();
});
beforeEach(() => prepareStores(postgres.url, [KITCHEN, PAYMENT]));
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  opened = [];
  await admin.query('DROP SCHEMA IF EXISTS "kitchen-service" CASCADE; DROP SCHEMA IF EXISTS "payment-service" CASCADE');
});

const KITCHEN = { user: 'kitchen-service', password: 'kitchen’s "secret"', stores: ['kitchen-service'] };
const PAYMENT = { user: 'payment-service', password: 'another', stores: ['payment-service'] };

const urlOf = ({ user, password } = KITCHEN): string => {
  const url = new URL(postgres.url);
  url.username = user;
  url.password = encodeURIComponent(password);
  return url.href;
};
function open({ url = urlOf(), service = 'kitchen-service', commandTimeoutMs = 10_000 } = {}): OpenStore {
  const store = createPostgresStore({ url, service, commandTimeoutMs });
  opened.push(store);
  return store;
}
/** All that the store refuses, and why. */
async function expectAway(store: OpenStore, why: string | RegExp): Promise<void> {
  for (const call of [...everyCall(store), () => store.health(), () => store.beginRebuild(1)])
    await expect(call()).rejects.toMatchObject({ ...AWAY, cause: { message: expect.stringMatching(why) } });
}

describe('what cannot work says why, and what to do', () => {
  test('no server', () =>
    expectAway(open({ url: 'postgres://127.0.0.1:1/pizza' }), /127\.0\.0\.1:1.*ECONNREFUSED.*set POSTGRES_URL/));

  test('a wrong password, which is not told', async () => {
    const store = open({ url: urlOf({ ...KITCHEN, password: 'wrong' }) });
    await expectAway(store, /\*\*\*@.*password authentication failed for user "kitchen-service".*POSTGRES_URL/);
  });

  test('no such database', () =>
    expectAway(open({ url: urlOf().replace('/pizza', '/pasta') }), /database "pasta" does not exist.*POSTGRES_URL/));

  test('no schema, and no right to make one', async () => {
    await admin.query('DROP SCHEMA "kitchen-service" CASCADE');
    await expectAway(open(), /permission denied for database pizza.*npm run set-up/);
  });

  test('the schema of another service', () =>
    expectAway(open({ service: 'payment-service' }), /kitchen-service may not use .* payment-service.*npm run set-up/));

  test('a schema that is somebody else’s: it is left alone, and nothing else is made either', async () => {
    await admin.query('DROP SCHEMA "payment-service" CASCADE; DROP SCHEMA "kitchen-service" CASCADE');
    await admin.query('CREATE SCHEMA "payment-service" CREATE TABLE documents (theirs text)');
    const why = /schema "payment-service" is none of this stack's.*another database in POSTGRES_URL/;
    await expectAway(open({ url: postgres.url, service: 'payment-service' }), why);
    await expect(prepareStores(postgres.url, [KITCHEN, PAYMENT])).rejects.toMatchObject({
      cause: { message: expect.stringMatching(why) },
    });
    const { rows } =
      await admin.query(`SELECT nspname, relname FROM pg_namespace LEFT JOIN pg_class ON relnamespace = pg_namespace.oid AND relkind = 'r'
      WHERE nspname ~ '-service$'`);
    expect(rows).toEqual([{ nspname: 'payment-service', relname: 'documents' }]);
  });

  test('a text with the one character that PostgreSQL cannot hold is blamed on its document alone', async () => {
    const store = await makeWhole(open());
    const commits = ['a', 'b\0'].map((entry) => commitNow(store, entry.slice(0, 1), { entry }));
    expect(await Promise.allSettled(commits)).toMatchObject([
      { value: { outcome: 'done' } },
      { reason: { name: 'TypeError', message: expect.stringContaining('document "b"') } },
    ]);
  });
});

describe('the set-up', () => {
  test('may be repeated: data stay, and passwords are those of now', async () => {
    await commitNow(await makeWhole(open()), 'o', { entry: 'a' });
    const renewed = { ...KITCHEN, password: 'renewed' };
    await prepareStores(postgres.url, [renewed, PAYMENT]);
    expect((await open({ url: urlOf(renewed) }).load('o')).version).toBe(1);
  });

  test('makes the tables of an earlier layout anew, so that the service rebuilds them', async () => {
    await commitNow(await makeWhole(open()), 'o', { entry: 'a' });
    await admin.query(`COMMENT ON SCHEMA "kitchen-service" IS 'pizza-choreography: a store, layout 0'`);
    await prepareStores(postgres.url, [KITCHEN, PAYMENT]);
    expect(await open().health()).toEqual({ is: 'wiped', checkpoint: 0 });
  });

  test('lets tools look into several stores and drop them, as a user that is no superuser', async () => {
    const operator = { user: 'tools', password: 'tools', stores: ['kitchen-service', 'payment-service'] };
    await prepareStores(postgres.url, [KITCHEN, PAYMENT, operator]);
    await commitNow(await makeWhole(open()), 'o', { entry: 'a', counters: { t: 1 } });
    const at = { url: urlOf(operator), service: 'kitchen-service' };
    expect(await documentIdsOf(at)).toEqual(['o']);
    expect(await dropStore(at)).toBe(3);
    expect(await open().health()).toEqual({ is: 'wiped', checkpoint: 0 });
  });

  test('lets a service read and write its rows, and nothing else', async () => {
    await using service = Object.assign(new Client(urlOf()), { [Symbol.asyncDispose]: async () => service.end() });
    await service.connect();
    for (const statement of [
      'CREATE TABLE "kitchen-service".mine ()',
      'CREATE SCHEMA mine',
      'CREATE TEMP TABLE mine ()',
      'TRUNCATE "kitchen-service".documents',
      'SELECT FROM "payment-service".documents',
      `COPY (SELECT) TO PROGRAM 'true'`,
    ])
      await expect(service.query(statement), statement).rejects.toMatchObject({ code: '42501' });
  });
});

describe('while it runs', () => {
  let store: OpenStore;
  beforeEach(async () => {
    store = await makeWhole(open());
  });

  test('a lost connection is replaced: what comes next is done', async () => {
    await commitNow(store, 'o', { entry: 'a' });
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kitchen-service'`,
    );
    expect(await eventually(() => commitNow(store, 'o', { entry: 'b' }))).toMatchObject({ outcome: 'done' });
  });

  test('a schema that was dropped is made again by the set-up, and rebuilt', async () => {
    await commitNow(store, 'o', { entry: 'a' });
    await admin.query('DROP SCHEMA "kitchen-service" CASCADE');
    await expectAway(store, /npm run set-up/);
    await prepareStores(postgres.url, [KITCHEN]);
    expect(await store.health()).toEqual({ is: 'wiped', checkpoint: 0 });
    expect((await (await makeWhole(store)).load('o')).version).toBe(0);
  });

  test('a lock that another holds keeps nobody waiting for long', async () => {
    const impatient = open({ commandTimeoutMs: 300 });
    const seen = await eventually(() => impatient.load('o'));
    await admin.query('BEGIN; LOCK TABLE "kitchen-service".store');
    await expect(impatient.commit('o', seen, { entry: 'a' })).rejects.toMatchObject(AWAY);
    await admin.query('ROLLBACK');
    await eventually(() => impatient.commit('o', seen, { entry: 'a' }));
    expect((await store.load('o')).version).toBe(1);
  });

  test.each<[string, Change]>([
    ['everything', { entry: 'b', counters: { t: 1 }, pools: { flour: -1 }, dueAt: LONG_AGO, expireAfterMs: 9_000 }],
    ['an entry', { entry: 'b', counters: { t: 1 } }],
    ['pools', { pools: { flour: -1 }, counters: { t: 1 } }],
  ])('a disk that is full leaves nothing half-done: a change of %s', async (_, change) => {
    await store.stock({ flour: 5 }, 'missing');
    await commitNow(store, 'a', { entry: 'a', counters: { t: 1 }, dueAt: LONG_AGO + 1 });
    const before = await readAll(store);
    const seen = await store.load('a');
    // Counters come last of all that a commit writes.
    await admin.query(`SET search_path TO "kitchen-service";
      CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
      CREATE TRIGGER disk_full BEFORE INSERT OR UPDATE ON counters EXECUTE FUNCTION disk_full()`);
    const both = [store.commit('a', seen, change), store.commit('b', { ...seen, version: 0 }, change)];
    const cause = { message: expect.stringMatching(/No space left on device\. Make room on the disk/) };
    for (const settled of await Promise.allSettled(both))
      expect(settled).toMatchObject({ status: 'rejected', reason: { ...AWAY, cause } });
    await admin.query('DROP TRIGGER disk_full ON counters');
    expect(await readAll(store)).toEqual(before);
    expect(await store.commit('a', seen, change)).toMatchObject({ outcome: 'done' });
  });
});
