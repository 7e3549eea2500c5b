import { chefService } from '#services/chef-service/service.ts';
import { inventoryService } from '#services/inventory-service/service.ts';
import { kitchenService } from '#services/kitchen-service/service.ts';
import { paymentService } from '#services/payment-service/service.ts';
import { contractOf, subjectOf } from '#shared/contracts/flow.ts';
import { pizzaFlow as flow } from '#shared/contracts/pizza-flow.ts';
import type { Behaviour } from '#shared/kernel/behaviour.ts';
import { createReactor, type Reactor } from '#shared/kernel/reactor.ts';
import { orderTable, type Table } from '#shared/kernel/table.ts';
import { buildEvent, toWire } from '#shared/messaging/build-event.ts';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import { readEvent } from '#shared/messaging/read-event.ts';
import type { Service } from '#shared/runtime/service.ts';
import { createMemoryStore, type MemoryStore } from '#shared/store/memory/memory-store.ts';
import type { OpenStore } from '#shared/store/store.ts';
import { behaviourOf } from './rules-bench.ts';

const RETAIN_MS = 60_000;

export interface Process {
  readonly service: Service;
  readonly behaviour: Behaviour;
  readonly reactor: Reactor;
  /** The service's own table first. */
  readonly tables: readonly Table[];
}

/** The services that keep orders, one process each, on a broker and stores in memory; no sweeps, no rebuild. */
export async function createServicesBench(watch: (store: MemoryStore, prefix: string) => OpenStore = (store) => store) {
  const bus = createMemoryBus();
  const stores = new Map<string, MemoryStore>();
  const openStore = (prefix: string): OpenStore => {
    const store = createMemoryStore();
    stores.set(prefix, store);
    return watch(store, prefix);
  };

  async function start(service: Service): Promise<Process> {
    const behaviour = behaviourOf(service, {}, { openStore });
    const { pools, rules, tables = [] } = behaviour;
    const store = openStore(service.name);
    if (pools) await store.stock(pools.units, 'missing');
    const reactor = createReactor({ flow, service: service.name, behaviour, store, bus, retainMs: RETAIN_MS });
    await bus.consume({
      durable: service.name,
      filters: Object.keys(service.reacts(flow)).map((type) => subjectOf(flow, type, '*')),
      async handle(delivery) {
        await reactor.react(readEvent(flow, delivery));
        delivery.ack();
      },
    });
    return { service, behaviour, reactor, tables: [orderTable(store, rules, RETAIN_MS), ...tables] };
  }
  const processes: Process[] = [];
  for (const service of [kitchenService, chefService, inventoryService, paymentService])
    processes.push(await start(service));

  return {
    bus,
    /** By key prefix. */
    stores,
    processes,
    /** Announces an order, and resolves when nothing is under way any more. */
    async order(orderId: string, change: object = {}): Promise<void> {
      const draft = { type: flow.start, data: { ...contractOf(flow, flow.start).example, orderId, ...change } };
      await bus.publish(toWire(flow, buildEvent(flow, draft, { orderId, source: 'order-service', now: Date.now() })));
      await bus.settled();
    },
    /** How many messages the stream has of a type for an order. */
    stored: async (type: string, orderId: string) => (await bus.read(subjectOf(flow, type, orderId))).length,
  };
}
