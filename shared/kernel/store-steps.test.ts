import { expect, it } from 'vitest';
import { chefService } from '#services/chef-service/service.ts';
import { inventoryService } from '#services/inventory-service/service.ts';
import { kitchenService } from '#services/kitchen-service/service.ts';
import { paymentService } from '#services/payment-service/service.ts';
import { contractOf, subjectOf } from '#shared/contracts/flow.ts';
import { pizzaFlow as flow } from '#shared/contracts/pizza-flow.ts';
import { buildEvent, toWire } from '#shared/messaging/build-event.ts';
import { createMemoryBus } from '#shared/messaging/memory-bus.ts';
import { readEvent } from '#shared/messaging/read-event.ts';
import type { Service } from '#shared/runtime/service.ts';
import { createMemoryStore } from '#shared/store/memory/memory-store.ts';
import type { OpenStore } from '#shared/store/store.ts';
import { behaviourOf } from '#shared/testing/rules-bench.ts';
import { createReactor } from './reactor.ts';

type Steps = Record<string, { readonly load: number; readonly commit: number }>;

/** The four services that keep orders, one process each, and how often each asks its stores. */
async function aKitchen() {
  const bus = createMemoryBus();
  const asked = new Map<string, { load: number; commit: number }>();

  function openStore(prefix: string): OpenStore {
    const store = createMemoryStore();
    const counts = { load: 0, commit: 0 };
    asked.set(prefix, counts);
    const counting =
      <Args extends unknown[], T>(call: 'load' | 'commit', task: (...args: Args) => T) =>
      (...args: Args): T => {
        counts[call] += 1;
        return task(...args);
      };
    return { ...store, load: counting('load', store.load), commit: counting('commit', store.commit) };
  }

  async function start(service: Service): Promise<void> {
    const behaviour = behaviourOf(service, {}, { openStore });
    const store = openStore(service.name);
    if (behaviour.pools) await store.stock(behaviour.pools.units, 'missing');
    const reactor = createReactor({ flow, service: service.name, behaviour, store, bus, retainMs: 60_000 });
    await bus.consume({
      durable: service.name,
      filters: Object.keys(service.reacts(flow)).map((type) => subjectOf(flow, type, '*')),
      async handle(delivery) {
        await reactor.react(readEvent(flow, delivery));
        delivery.ack();
      },
    });
  }
  for (const service of [kitchenService, chefService, inventoryService, paymentService]) await start(service);

  return {
    /** Calls of each store because of one order, which becomes ready. */
    async stepsOf(orderId: string): Promise<Steps> {
      for (const counts of asked.values()) Object.assign(counts, { load: 0, commit: 0 });
      const draft = { type: flow.start, data: { ...contractOf(flow, flow.start).example, orderId } };
      await bus.publish(toWire(flow, buildEvent(flow, draft, { orderId, source: 'order-service', now: Date.now() })));
      await bus.settled();
      expect(await bus.read(subjectOf(flow, flow.outcomes.ready, orderId))).toHaveLength(1);
      return Object.fromEntries([...asked].map(([prefix, counts]) => [prefix, { ...counts }]));
    },
  };
}

it('an order that becomes ready costs four steps in the kitchen, two in the others, and one in the gateway’s journal', async () => {
  const kitchen = await aKitchen();
  await kitchen.stepsOf('the-first');
  const ready = {
    'kitchen-service': { load: 0, commit: 4 },
    'chef-service': { load: 0, commit: 2 },
    'inventory-service': { load: 0, commit: 2 },
    'payment-service': { load: 0, commit: 2 },
    'payment-gateway': { load: 0, commit: 1 },
  };
  expect(await kitchen.stepsOf('another')).toEqual(ready);
});

it('a process reads the store once, for its clock', async () => {
  const kitchen = await aKitchen();
  expect(await kitchen.stepsOf('the-first')).toMatchObject({
    'kitchen-service': { load: 1, commit: 4 },
    'chef-service': { load: 1, commit: 2 },
  });
});
