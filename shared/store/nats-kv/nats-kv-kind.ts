import type { StoreKind } from '../store-kind.ts';

export const natsKvKind: StoreKind = {
  name: 'nats-kv',
  variable: 'NATS_URL',
  url: 'nats://127.0.0.1:14222',
  portVariable: 'NATS_PORT',
  login: 'nats',
  balances: 'derived',
  keeps: 'one key per document, with what it added to counters and pools; these, and due times, follow from a watch',
  loses: 'nothing when NATS or a service is killed; after a power cut up to two minutes, unless DURABLE=1',
  needs:
    'nats-server >= 2.10.4; memory in each process for every document that has not expired; a start reads the whole bucket',
  async load() {
    const { natsKvAdapter } = await import('./nats-kv-store.ts');
    return natsKvAdapter;
  },
};
