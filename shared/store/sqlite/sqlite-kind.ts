import type { StoreKind } from '../store-kind.ts';

export const sqliteKind: StoreKind = {
  name: 'sqlite',
  variable: 'SQLITE_URL',
  url: 'file:sqlite',
  protocols: /^file:/,
  balances: 'exact',
  keeps: 'a file per service: documents, counters, pools and due times, changed together by one transaction',
  loses:
    'nothing, by a kill or a power cut: each commit is synced to the disk; the stream rebuilds a file that is gone',
  needs: 'no server; the replicas of a service share its file, so they run on one machine',
  async load() {
    const { createSqliteStore } = await import('./sqlite-store.ts');
    const { documentIds, dropStore } = await import('./store-rows.ts');
    return { open: createSqliteStore, documentIds, drop: dropStore };
  },
};
