import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { StoreAt, StoreOwner } from '../store-kind.ts';
import { connectTable, type TableClient } from './client.ts';
import { idOf } from './document-item.ts';
import { LEDGER, openLedger, WIPED } from './ledger.ts';
import { DUE_INDEX, type Item, namesOf, openTable } from './table.ts';

/** For tools and set-up, never for a service: what is done here walks over whole tables. */

const PATIENCE_MS = 10_000;
/** While a store is dropped nobody begins to rebuild it, for so long. */
const DROPPED_WITHIN_MS = 60_000;
/** So many items one BatchWriteItem deletes. */
const MAX_DELETED = 25;

const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
const SCHEMA = {
  AttributeDefinitions: ['key', 'generation', 'due'].map(text),
  KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' as const }],
  GlobalSecondaryIndexes: [
    {
      IndexName: DUE_INDEX,
      KeySchema: [
        { AttributeName: 'generation', KeyType: 'HASH' as const },
        { AttributeName: 'due', KeyType: 'RANGE' as const },
      ],
      Projection: { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: ['dueAt', 'lease', 'leasedUntil'] },
    },
  ],
};

/** Makes a table for each store, with its index and its TTL. @throws Unavailable('store'), also for a table with other keys */
export async function prepareTables(url: string, owners: readonly Pick<StoreOwner, 'stores'>[]): Promise<void> {
  const services = new Set(owners.flatMap(({ stores }) => stores));
  await Promise.all([...services].map((service) => withTable({ url, service }, prepareTable)));
}

async function prepareTable({ name: TableName, send }: TableClient): Promise<void> {
  await send((client) =>
    client
      .send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...SCHEMA }))
      .catch(unless('ResourceInUseException')),
  );
  await send((client) => waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.05, maxDelay: 1 }, { TableName }));
  await send(async (client) => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    const keys = Table?.KeySchema?.map(({ AttributeName }) => AttributeName).join(', ');
    const indexes = Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName) ?? [];
    if (keys !== 'key' || !indexes.includes(DUE_INDEX))
      throw Object.assign(new Error(`keys: ${keys}; indexes: ${indexes.join(', ')}`), { name: 'ValidationException' });
  });
  await send(async (client) => {
    const { TimeToLiveDescription: ttl } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    if (ttl?.TimeToLiveStatus !== 'DISABLED') return;
    const TimeToLiveSpecification = { AttributeName: 'ttl', Enabled: true };
    // dynalite deletes nothing, and does not know how it is told to.
    await client
      .send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }))
      .catch(unless('UnknownOperationException'));
  });
}

const unless =
  (name: string) =>
  (error: Error): void => {
    if (error.name !== name) throw error;
  };

/** The ids of all documents of a store. @throws Unavailable('store') */
export const scanDocuments = (at: StoreAt): Promise<string[]> =>
  withTable(at, async ({ name: TableName, send }) => {
    const table = openTable(at);
    const { ledger } = await openLedger(table).read().finally(table.close);
    return send(async (client) => {
      const ids: string[] = [];
      const pages = paginateScan(
        { client },
        {
          TableName,
          ConsistentRead: true,
          ProjectionExpression: '#key',
          FilterExpression:
            '#generation = :generation AND size(#entries) > :none AND (attribute_not_exists(#expiresAt) OR #expiresAt > :now)',
          ExpressionAttributeNames: namesOf('key', 'generation', 'entries', 'expiresAt'),
          ExpressionAttributeValues: { ':generation': ledger.generation, ':none': 0, ':now': Date.now() },
        },
      );
      for await (const { Items = [] } of pages) for (const item of Items as Item[]) ids.push(idOf(item));
      return ids;
    });
  });

/** Drops on purpose all that a store holds, so that its service rebuilds it from the stream. Resolves with the number of items. */
export const dropStore = (at: StoreAt): Promise<number> =>
  withTable(at, async ({ name: TableName, send }) => {
    const table = openTable(at);
    try {
      const { change } = openLedger(table);
      await change(() => ({ ...WIPED, leasedUntil: Date.now() + DROPPED_WITHIN_MS }));
      const removed = await send(async (client) => {
        let count = 0;
        const keys = { ProjectionExpression: '#key', ExpressionAttributeNames: namesOf('key') };
        for await (const { Items = [] } of paginateScan({ client }, { TableName, ...keys })) {
          const deletions = Items.filter(({ key }) => key !== LEDGER).map((Key) => ({ DeleteRequest: { Key } }));
          for (let at = 0; at < deletions.length; at += MAX_DELETED) {
            let rest: object | undefined = { [TableName]: deletions.slice(at, at + MAX_DELETED) };
            while (rest && Object.keys(rest).length > 0)
              rest = (await client.send(new BatchWriteCommand({ RequestItems: rest as never }))).UnprocessedItems;
          }
          count += deletions.length;
        }
        return count;
      });
      await change(() => WIPED);
      return removed;
    } finally {
      table.close();
    }
  });

async function withTable<T>(at: StoreAt, task: (table: TableClient) => Promise<T>): Promise<T> {
  const table = connectTable({ commandTimeoutMs: PATIENCE_MS, ...at });
  try {
    return await task(table);
  } finally {
    table.close();
  }
}
