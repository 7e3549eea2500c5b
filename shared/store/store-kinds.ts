import { dynamodbKind } from './dynamodb/dynamodb-kind.ts';
import { eventsKind } from './events/events-kind.ts';
import { natsKvKind } from './nats-kv/nats-kv-kind.ts';
import { postgresKind } from './postgres/postgres-kind.ts';
import { redisKind } from './redis/redis-kind.ts';
import { sqliteKind } from './sqlite/sqlite-kind.ts';
import type { StoreKind } from './store-kind.ts';

/** Every way of keeping state; STORE chooses one. The first is the default. */
export const storeKinds = [
  redisKind,
  postgresKind,
  sqliteKind,
  eventsKind,
  natsKvKind,
  dynamodbKind,
] as const satisfies readonly StoreKind[];

/** @throws RangeError with the names that there are */
export function storeKind(name: string): StoreKind {
  const found = storeKinds.find((kind) => kind.name === name);
  if (found) return found;
  throw new RangeError(`choose ${storeKinds.map((kind) => kind.name).join(', ')}`);
}
