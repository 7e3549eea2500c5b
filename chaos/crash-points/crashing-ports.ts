import { setImmediate } from 'node:timers/promises';
import { eventsOf } from '#shared/kernel/recorded-event.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import {
  createJetStreamBus as createRealBus,
  type JetStreamBusOptions,
} from '#shared/messaging/jetstream/jetstream-bus.ts';
import type { Consumer, Delivery } from '#shared/messaging/subscriber.ts';
import type { OpenStore } from '#shared/store/store.ts';
import { loadStores as loadRealStores, type StorePlaces, type Stores } from '#shared/store/stores.ts';
import { around, pass } from './crash-at.ts';

/** The real stores; the process may die around each commit. A store that is not the service's own prefixes the point. */
export async function loadStores(places: StorePlaces): Promise<Stores> {
  const stores = await loadRealStores(places);
  return { ...stores, open: (service, timeoutMs) => crashingStore(service, stores.open(service, timeoutMs)) };
}

function crashingStore(service: string, store: OpenStore): OpenStore {
  const prefix = service.endsWith('-service') ? '' : `${service} `;
  const commit = around(`${prefix}commit`, store.commit);
  return {
    ...store,
    async commit(id, basis, change) {
      const committed = await commit(id, basis, change);
      if (committed.outcome === 'done' && change.entry !== undefined) decided(change.entry);
      return committed;
    },
  };
}

/** Ids of the own events that this process decided on. */
const decidedHere = new Set<string>();

function decided(entry: string): void {
  const own = eventsOf({ entries: [entry] }).filter((event) => event.own);
  for (const { id } of own) decidedHere.add(id);
  if (own.length > 0) pass('after deciding');
}

/** The real bus; the process may die at each delivery, around a publish and around an acknowledgement. */
export async function createJetStreamBus(options: JetStreamBusOptions): Promise<Bus> {
  const bus = await createRealBus(options);
  const wrapped: Partial<Bus> = {
    publish(message, options) {
      // What an earlier process decided on is owed: whatever makes this one publish it, a redelivery or another event of the order.
      const name = decidedHere.has(message.headers['ce-id'] ?? '') ? 'publish' : 'republish';
      return around(name, async () => {
        const answer = bus.publish(message, options);
        void afterFlush(`while ${name}ing`);
        return await answer;
      })();
    },
    consume: (consumer) => bus.consume({ ...consumer, handle: crashing(consumer) }),
  };
  return new Proxy(bus, { get: (real, key) => Reflect.get(wrapped, key) ?? Reflect.get(real, key) });
}

const crashing =
  ({ handle }: Consumer) =>
  async (delivery: Delivery): Promise<void> => {
    pass('on delivery');
    const crashingAtAck = {
      ...delivery,
      ack() {
        pass('before ack');
        delivery.ack();
        void afterFlush('after ack');
      },
    };
    await handle(crashingAtAck);
  };

/** What was written is sent by then; whether it arrived is unknown. */
async function afterFlush(point: string): Promise<void> {
  await setImmediate();
  pass(point);
}
