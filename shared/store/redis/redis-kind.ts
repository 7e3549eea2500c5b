import type { StoreKind } from '../store-kind.ts';

export const redisKind: StoreKind = {
  name: 'redis',
  variable: 'REDIS_URL',
  url: 'redis://127.0.0.1:16379',
  protocols: /^rediss?:/,
  portVariable: 'REDIS_PORT',
  login: 'redis',
  balances: 'exact',
  keeps: 'documents, counters, pools and due times, changed together by one script',
  loses: 'up to the last second of a killed server; the stream rebuilds it',
  needs: 'redis-server >= 7.0',
  async load() {
    const { createRedisStore } = await import('./redis-store.ts');
    const { dropStore, scanDocuments } = await import('./store-keys.ts');
    return { open: createRedisStore, documentIds: scanDocuments, drop: dropStore };
  },
};
