import type { StoreKind } from '../store-kind.ts';

export const eventsKind = {
  name: 'events',
  variable: 'NATS_URL',
  url: 'nats://127.0.0.1:14222',
  protocols: /^(nats|tls):/,
  portVariable: 'NATS_PORT',
  login: 'nats',
  /** One per store, one subject per document, a message per change. */
  stream: (service) => ({ name: `EVENTS_${service}`, prefix: `events.${service}.`, history: -1 }),
  balances: 'derived',
  keeps:
    'the log of every change of a document; documents, counters and pools are its fold, as of any point of the log',
  loses: 'nothing when NATS or a service is killed; after a power cut up to two minutes, unless DURABLE=1',
  needs:
    'nats-server >= 2.10.4; memory in each process for every document that has not expired; a start reads the whole log',
  async load() {
    const { eventsAdapter } = await import('./events-store.ts');
    return eventsAdapter;
  },
} satisfies StoreKind;
