import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { testLikeMemory, testTwoClients } from '../contract/clients.ts';
import { AN_HOUR, commitNow, eventually, LONG_AGO, makeWhole, times } from '../contract/fixtures.ts';
import { describeStore } from '../store.contract.ts';
import type { OpenStore } from '../store.ts';
import { documentKey } from './document-item.ts';
import { createDynamoDbStore } from './dynamodb-store.ts';
import { startDynamo } from './fixtures/dynamo.ts';
import { openLedger } from './ledger.ts';
import { openTable } from './table.ts';
import { dropStore, scanDocuments } from './tables.ts';

let dynamo: Awaited<ReturnType<typeof startDynamo>>;
let opened: OpenStore[] = [];

beforeAll(async () => {
  dynamo = await startDynamo(['test-service', 'other-service']);
});
beforeEach(empty);
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  opened = [];
});
afterAll(() => dynamo[Symbol.asyncDispose]());

/** Patient: how soon an answer must come is not what is tested here. */
const options = (service = 'test-service') => ({ url: dynamo.url, service, commandTimeoutMs: 10_000 });

/** Nothing is there but an epoch. */
async function empty(): Promise<void> {
  await dropStore(options());
  const store = await makeWhole(createDynamoDbStore(options()));
  await store.close();
}

function open(service?: string): OpenStore {
  const store = createDynamoDbStore(options(service));
  opened.push(store);
  return store;
}

describeStore('the DynamoDB store', async () => ({
  store: open(),
  wipe: async () => void (await dropStore(options())),
}));

testLikeMemory(open, empty, 20);
testTwoClients(open, 10);

test('three processes share the units of a pool and the due documents', async () => {
  const stores = times(3, () => open());
  await stores[0]?.stock({ dough: 10 }, 'missing');
  const change = { entry: 'a', pools: { dough: -1 }, dueAt: LONG_AGO };
  const committed = await Promise.all(
    stores.flatMap((store, s) => times(8, (k) => commitNow(store, `o${s}-${k}`, change))),
  );
  expect(committed.filter(({ outcome }) => outcome === 'done')).toHaveLength(10);
  for (const store of stores) expect((await store.counters()).pools).toEqual({ dough: 0 });
  const claimed = await Promise.all(stores.flatMap((store) => times(2, () => store.claimDue(4, AN_HOUR))));
  const ids = claimed.flat().map(({ id }) => id);
  expect(new Set(ids).size).toBe(10);
  expect(ids).toHaveLength(10);
});

test('two services know nothing of each other; the ids of one are told without what is forgotten', async () => {
  await dropStore(options('other-service'));
  const [store, other] = [open(), await makeWhole(open('other-service'))];
  await commitNow(store, 'a/b', { entry: 'a', dueAt: LONG_AGO });
  await commitNow(store, 'short', { entry: 'a', expireAfterMs: 1 });
  await commitNow(store, 'empty', { counters: { t: 1 } });
  await eventually(async () => expect((await store.load('short')).version).toBe(0));
  expect((await other.load('a/b')).version).toBe(0);
  expect(await other.claimDue(10, 0)).toEqual([]);
  expect(await scanDocuments(options())).toEqual(['a/b']);
  expect(await scanDocuments(options('other-service'))).toEqual([]);
});

test('DynamoDB is to delete only what has ended: no document that waits, or is due', async () => {
  const store = open();
  const table = openTable(options());
  const { ledger } = await openLedger(table).read();
  const itemOf = async (id: string) => {
    const key = documentKey(ledger.generation, id);
    return (await table.getAll([key])).get(key);
  };
  await commitNow(store, 'o', { entry: 'a' });
  expect(await itemOf('o')).not.toHaveProperty('ttl');
  await commitNow(store, 'o', { entry: 'b', dueAt: LONG_AGO, expireAfterMs: AN_HOUR });
  expect(await itemOf('o')).not.toHaveProperty('ttl');
  await commitNow(store, 'o', { dueAt: 'never', attended: true });
  const { ttl = 0, expiresAt = 0, ...item } = (await itemOf('o')) ?? {};
  expect(ttl).toBe(Math.ceil(expiresAt / 1_000));
  expect(Math.abs(expiresAt - Date.now() - AN_HOUR)).toBeLessThan(60_000);
  expect(item).not.toHaveProperty('due');
  table.close();
});

test('a due time that only the index still knows is not leased', async () => {
  const store = open();
  const table = openTable(options());
  const { ledger } = await openLedger(table).read();
  const key = documentKey(ledger.generation, 'o');
  await commitNow(store, 'o', { dueAt: LONG_AGO });
  const item = (await table.getAll([key])).get(key);
  await commitNow(store, 'o', { dueAt: LONG_AGO + 1, attended: true });
  expect(item && (await table.lease(item, Date.now(), Date.now() + AN_HOUR))).toBe(false);
  expect(await store.claimDue(1, AN_HOUR)).toEqual([{ id: 'o', dueAt: LONG_AGO + 1 }]);
  table.close();
});
