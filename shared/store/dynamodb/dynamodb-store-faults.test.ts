import { CreateTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { refusals } from '../contract/faults.ts';
import { AWAY, commitNow, everyCall, makeWhole } from '../contract/fixtures.ts';
import type { OpenStore } from '../store.ts';
import { tableOf } from './client.ts';
import { createDynamoDbStore } from './dynamodb-store.ts';
import { startDynamo } from './fixtures/dynamo.ts';
import { prepareTables } from './tables.ts';

const SERVICE = 'test-service';

/** Health and rebuild are refused as well. */
async function refusalsOf(store: OpenStore): Promise<unknown[]> {
  const refused = await refusals(store, [...everyCall(store), () => store.health(), () => store.beginRebuild(1)]);
  await store.close();
  return refused;
}
const awayBecause = (why: RegExp) => ({ ...AWAY, cause: { message: expect.stringMatching(why) } });

test('without a server every call says where it looked, and what to do', async () => {
  for (const refusal of await refusalsOf(createDynamoDbStore({ url: 'http://127.0.0.1:1', service: SERVICE })))
    expect(refusal).toMatchObject(
      awayBecause(/^no answer from http:\/\/127\.0\.0\.1:1 \(DYNAMODB_ENDPOINT\): start.*ECONNREFUSED/),
    );
});

test('without its table every call names it, and the command that makes it', async () => {
  await using dynamo = await startDynamo([]);
  for (const refusal of await refusalsOf(createDynamoDbStore({ url: dynamo.url, service: SERVICE })))
    expect(refusal).toMatchObject(awayBecause(/^the table test-service\.v1 is missing at http.*npm run set-up/));
});

test('a table of somebody else is neither used nor prepared', async () => {
  await using dynamo = await startDynamo([]);
  const client = new DynamoDBClient({
    endpoint: dynamo.url,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await client.send(
    new CreateTableCommand({
      TableName: tableOf(SERVICE),
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'orderId', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'orderId', KeyType: 'HASH' }],
    }),
  );
  const foreign = awayBecause(/^the table test-service\.v1 at http.* has other keys or indexes.*delete it/);
  await expect(prepareTables(dynamo.url, [{ stores: [SERVICE] }])).rejects.toMatchObject(foreign);
  for (const refusal of await refusalsOf(createDynamoDbStore({ url: dynamo.url, service: SERVICE })))
    expect(refusal).toMatchObject(foreign);
  expect((await client.send(new ScanCommand({ TableName: tableOf(SERVICE) }))).Items).toEqual([]);
  client.destroy();
});

test('a document that outgrows its item is refused by name, and the rest of the group is done', async () => {
  await using dynamo = await startDynamo([SERVICE]);
  const store = await makeWhole(createDynamoDbStore({ url: dynamo.url, service: SERVICE }));
  await commitNow(store, 'large', { entry: 'x'.repeat(300_000), counters: { t: 1 } });
  const seen = await store.load('large');
  const committed = await Promise.allSettled([
    store.commit('large', seen, { entry: 'x'.repeat(150_000), counters: { t: 1 } }),
    store.commit('large', seen, { entry: 'x'.repeat(90_000), counters: { t: 1 } }),
    store.commit('other', { ...seen, version: 0 }, { entry: 'a', counters: { t: 1 } }),
  ]);
  expect(committed).toMatchObject([
    { status: 'rejected', reason: { name: 'Error', message: expect.stringMatching(/document large .*450000 bytes/) } },
    { status: 'fulfilled', value: { outcome: 'done' } },
    { status: 'fulfilled', value: { outcome: 'done' } },
  ]);
  expect((await store.counters()).counters).toEqual({ t: 3 });
  await store.close();
});
