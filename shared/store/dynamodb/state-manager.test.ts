import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeWhole, times } from '../contract/fixtures.ts';
import type { OpenStore } from '../store.ts';
import { tableOf } from './client.ts';
import { createDynamoDbStore } from './dynamodb-store.ts';
import { startDynamo } from './fixtures/dynamo.ts';
import { createStateManager, type EventData, type Requirement } from './state-manager.ts';

const EVENTS: readonly (readonly [Requirement, EventData])[] = [
  ['payment', { paymentId: 'pay-1-001', amountCharged: 15.99 }],
  ['inventory', { reservationId: 'inv-1-001' }],
  ['chef', { chefId: 'chef-mario' }],
];
const ALL = Object.fromEntries(EVENTS);

let dynamo: Awaited<ReturnType<typeof startDynamo>>;
let stores: OpenStore[];

beforeAll(async () => {
  dynamo = await startDynamo(['test-service', 'workshop']);
  stores = times(3, () => createDynamoDbStore({ url: dynamo.url, service: 'test-service', commandTimeoutMs: 10_000 }));
  for (const store of stores) await makeWhole(store);
});
afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await dynamo[Symbol.asyncDispose]();
});

/** One for each process. */
const managers = () => stores.map((store) => createStateManager(store));
const only = () => createStateManager(stores[0] as OpenStore);

test('get, then put: of three events at once two are lost, and the order waits for ever', async () => {
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: dynamo.url,
      region: 'local',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
  );
  const [TableName, Key] = [tableOf('workshop'), { key: 'order-1' }];
  const eventsOf = async () => (await client.send(new GetCommand({ TableName, Key }))).Item?.events ?? {};
  const allHaveRead = Promise.withResolvers<void>();
  let reading = EVENTS.length;
  const recordEvent = async ([type, data]: (typeof EVENTS)[number]) => {
    const events = { ...(await eventsOf()), [type]: data };
    if (--reading === 0) allHaveRead.resolve();
    await allHaveRead.promise;
    await client.send(new PutCommand({ TableName, Item: { ...Key, events } }));
    return events;
  };
  const returned = await Promise.all(EVENTS.map(recordEvent));
  for (const events of [...returned, await eventsOf()]) expect(Object.keys(events)).toHaveLength(1);
  client.destroy();
});

test('three events at once, in three processes: each is recorded, and the last one finds the order ready', async () => {
  const all = managers();
  const recorded = await Promise.all(EVENTS.map(([type, data], k) => all[k]?.recordEvent('order-1', type, data)));
  expect(recorded.map((state) => state?.status).sort()).toEqual(['ready', 'waiting', 'waiting']);
  const state = await only().getOrderState('order-1');
  expect(state).toMatchObject({ orderId: 'order-1', events: ALL, surplus: [], status: 'ready' });
  expect(state && only().isReady(state)).toBe(true);
});

test('an event that comes again changes nothing; a second payment is kept apart from the first', async () => {
  const { recordEvent, getOrderState } = only();
  expect(await getOrderState('order-2')).toBeUndefined();
  for (const [type, data] of EVENTS) await recordEvent('order-2', type, data);
  const before = await getOrderState('order-2');
  const [first = {}] = EVENTS.map(([, data]) => data);
  expect(await recordEvent('order-2', 'payment', { ...first, amountCharged: 1 })).toEqual(before);
  const second = { paymentId: 'pay-1-002' };
  const after = await recordEvent('order-2', 'payment', second);
  expect(after).toEqual({ ...before, surplus: [second], updatedAt: expect.any(String) });
});

test('an order that waits never expires, one that is ready does', async () => {
  const expiries: unknown[] = [];
  const store = stores[0] as OpenStore;
  const { recordEvent } = createStateManager({
    load: store.load,
    async commit(id, seen, change) {
      expiries.push(change.expireAfterMs);
      return store.commit(id, seen, change);
    },
  });
  for (const [type, data] of EVENTS) await recordEvent('order-3', type, data);
  expect(expiries).toEqual([undefined, undefined, 24 * 3_600_000]);
});
