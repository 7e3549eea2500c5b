import type { StoreKind } from '../store-kind.ts';

export const natsKvKind = {
  name: 'nats-kv',
  variable: 'NATS_URL',
  url: 'nats://127.0.0.1:14222',
  protocols: /^(nats|tls):/,
  portVariable: 'NATS_PORT',
  login: 'nats',
  /** Named as the KV clients of NATS name a bucket's stream (ADR-8); one key per document. */
  stream: (service) => ({ name: `KV_${service}`, prefix: `$KV.${service}.`, history: 1 }),
  balances: 'derived',
  keeps: 'one key per document, with what it added to counters and pools; these, and due times, follow from a watch',
  loses: 'nothing when NATS or a service is killed; after a power cut up to two minutes, unless DURABLE=1',
  needs:
    'nats-server >= 2.10.4; memory in each process for every document that has not expired; a start reads the whole bucket',
  async load() {
    const { natsKvAdapter } = await import('./nats-kv-store.ts');
    return natsKvAdapter;
  },
} satisfies StoreKind;
