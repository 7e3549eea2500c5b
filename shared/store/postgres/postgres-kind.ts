import type { StoreKind } from '../store-kind.ts';

export const postgresKind: StoreKind = {
  name: 'postgres',
  variable: 'POSTGRES_URL',
  url: 'postgres://127.0.0.1:15432/pizza',
  protocols: /^postgres(ql)?:/,
  portVariable: 'POSTGRES_PORT',
  login: 'postgres',
  balances: 'exact',
  keeps: 'a row per order, counters, pools and due times, changed in one transaction; a view tells which events came',
  loses: 'nothing that it answered; after a restore or a failover the stream adds what is missing',
  needs: 'PostgreSQL >= 14',
  async load() {
    const { createPostgresStore } = await import('./postgres-store.ts');
    const { documentIdsOf, dropStore, prepareStores } = await import('./prepare.ts');
    return { open: createPostgresStore, documentIds: documentIdsOf, drop: dropStore, prepare: prepareStores };
  },
};
