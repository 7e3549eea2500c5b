import type { StoreKind } from '../store-kind.ts';
import { createRedisStore } from './redis-store.ts';
import { dropStore, scanDocuments } from './store-keys.ts';

export const redisKind: StoreKind = {
  name: 'redis',
  variable: 'REDIS_URL',
  balances: 'exact',
  keeps: 'documents, counters, pools and due times, changed together by one script',
  loses: 'up to the last second of a killed server; the stream rebuilds it',
  needs: 'redis-server >= 7.0',
  open: createRedisStore,
  documentIds: scanDocuments,
  drop: dropStore,
};
