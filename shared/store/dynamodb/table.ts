import { randomUUID } from 'node:crypto';
import { BatchGetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { StoreAt } from '../store-kind.ts';
import { connectTable } from './client.ts';

export const DUE_INDEX = 'due';

/** A document, or the ledger, which has a key and no due time. */
export interface Item {
  readonly key: string;
  /** Another one after each write: what a writer compares. */
  readonly revision: string;
  readonly entries?: readonly string[];
  /** JSON: what its latest groups contribute, until the ledger has counted it. */
  readonly noted?: string | undefined;
  /**
   * Forgotten from then on, ms. DynamoDB deletes an expired item "typically within two days", and tells it until then
   * (docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html), so a reading compares.
   */
  readonly expiresAt?: number | undefined;
  /** DynamoDB's own: s. Only on what has ended. */
  readonly ttl?: number | undefined;
  /** The keys of the index, and what it holds besides. Without `due` the document is not in it. */
  readonly generation?: string;
  readonly due?: string | undefined;
  readonly dueAt?: number | undefined;
  readonly lease?: string;
  readonly leasedUntil?: number;
  /** The ledger's: JSON. */
  readonly ledger?: string;
}

/** Many a plain word is reserved in expressions. */
export const namesOf = (...names: string[]) => Object.fromEntries(names.map((name) => [`#${name}`, name]));

export type Table = ReturnType<typeof openTable>;

/** One store's table. Every call throws Unavailable('store') when it fails. */
export function openTable(at: StoreAt) {
  const { name: TableName, send, close } = connectTable(at);

  /** Resolves with false if the condition does not hold. */
  const ifHolds = (command: PutCommand | UpdateCommand): Promise<boolean> =>
    send(async (client) => {
      try {
        await client.send(command as PutCommand);
        return true;
      } catch (error) {
        if ((error as Error).name === 'ConditionalCheckFailedException') return false;
        throw error;
      }
    });

  return {
    /** Unless another revision than the one that was seen is there; undefined: unless it is there at all. */
    put: (Item: Item, seen: string | undefined) =>
      ifHolds(
        new PutCommand({
          TableName,
          Item,
          ConditionExpression: seen === undefined ? 'attribute_not_exists(#revision)' : '#revision = :seen',
          ExpressionAttributeNames: namesOf('revision'),
          ...(seen !== undefined && { ExpressionAttributeValues: { ':seen': seen } }),
        }),
      ),
    /** Unless it is due at another time by now, or leased. */
    lease: ({ key, due }: Pick<Item, 'key' | 'due'>, now: number, until: number) =>
      ifHolds(
        new UpdateCommand({
          TableName,
          Key: { key },
          UpdateExpression: 'SET #lease = :due, #leasedUntil = :until, #revision = :revision',
          ConditionExpression:
            '#due = :due AND (attribute_not_exists(#lease) OR #lease <> :due OR #leasedUntil <= :now)',
          ExpressionAttributeNames: namesOf('due', 'lease', 'leasedUntil', 'revision'),
          ExpressionAttributeValues: { ':due': due, ':until': until, ':now': now, ':revision': randomUUID() },
        }),
      ),
    /** As they are now, not as a replica knew them. At most 100. */
    async getAll(keys: readonly string[]): Promise<Map<string, Item>> {
      const found = new Map<string, Item>();
      let Keys: Record<string, unknown>[] = keys.map((key) => ({ key }));
      while (Keys.length > 0) {
        const command = new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } });
        const { Responses = {}, UnprocessedKeys = {} } = await send((client) => client.send(command));
        for (const item of (Responses[TableName] ?? []) as Item[]) found.set(item.key, item);
        Keys = UnprocessedKeys[TableName]?.Keys ?? [];
      }
      return found;
    },
    /**
     * Pages of the index of due times, the earliest first. On AWS an index follows its table with a delay
     * (docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html).
     */
    async *due(generation: string, before: string, pageSize: number): AsyncGenerator<Item[]> {
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const command = new QueryCommand({
          TableName,
          IndexName: DUE_INDEX,
          KeyConditionExpression: '#generation = :generation AND #due < :before',
          ExpressionAttributeNames: namesOf('generation', 'due'),
          ExpressionAttributeValues: { ':generation': generation, ':before': before },
          Limit: pageSize,
          ExclusiveStartKey,
        });
        const page = await send((client) => client.send(command));
        ExclusiveStartKey = page.LastEvaluatedKey;
        yield (page.Items ?? []) as Item[];
      } while (ExclusiveStartKey);
    },
    close,
  };
}
