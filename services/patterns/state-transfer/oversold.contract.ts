import { afterEach, describe, expect, it } from 'vitest';
import { par } from '#services/inventory-service/menu.ts';
import { contractOf } from '#shared/contracts/flow.ts';
import type { Behaviour } from '#shared/kernel/behaviour.ts';
import type { Service } from '#shared/runtime/service.ts';
import { type Backend, type RunningFlow, startFlow } from '#shared/testing/flow-harness.ts';
import { ACCEPTANCE, flow } from './contract.ts';
import { pattern } from './pattern.ts';

const INVENTORY = 'inventory-service';
const LEFT = 5;
const PLACED = 12;

/** Little dough, and no more to come. */
const scarce = (service: Service): Service => ({
  ...service,
  behaviour: (ports) => ({
    ...(service.behaviour?.(ports) as Behaviour),
    pools: { units: { ...par, 'dough-large': LEFT }, restock: false },
  }),
});
const services = pattern.services.map((one) => (one.name === INVENTORY ? scarce(one) : one));

/** What this pattern is for, and what it costs. */
export function describeOversold(place: string, openBackend: () => Promise<Backend & AsyncDisposable>): void {
  describe(`state-transfer on ${place}, while inventory is down and after`, () => {
    const opened: AsyncDisposable[] = [];
    afterEach(async () => {
      for (const one of opened.splice(0).reverse()) await one[Symbol.asyncDispose]();
    });
    const start = async (backend: Backend, isStarted: (service: Service) => boolean): Promise<RunningFlow> => {
      const running = await startFlow({ backend, flow, services: services.filter(isStarted) });
      opened.push(running);
      return running;
    };
    const order = (running: RunningFlow, orderId: string) =>
      running.publish(flow.start, orderId, contractOf(flow, flow.start).example);

    it('makes every order meanwhile, reports afterwards which were oversold, and refuses at once from then on', {
      timeout: 120_000,
    }, async () => {
      const backend = await openBackend();
      opened.push(backend);
      const others = await start(backend, ({ name }) => name !== INVENTORY);
      const orders = Array.from({ length: PLACED }, (_, nth) => `blind-${nth}`);
      for (const orderId of orders) await order(others, orderId);
      for (const orderId of orders) await others.until('kitchen.ready', orderId);

      const inventory = await start(backend, ({ name }) => name === INVENTORY);
      await inventory.rest();
      await others.rest();
      const ended = async (type: string) => {
        const histories = await Promise.all(orders.map((orderId) => others.events(orderId)));
        return histories.filter((events) => events.some((event) => event.type === type));
      };
      expect(await ended('inventory.reserved')).toHaveLength(LEFT);
      for (const events of await ended('inventory.unavailable'))
        expect(events.find(({ type }) => type === 'inventory.unavailable')?.event.data).toMatchObject({
          ...{ reason: 'out-of-stock', missing: ['dough-large'] },
        });
      expect((await inventory.counters(INVENTORY)).pools['dough-large']).toBe(0);

      await order(others, 'seeing');
      expect((await others.until('order.cancelled', 'seeing')).event.data.reason).toBe(
        'inventory-unavailable: out-of-stock',
      );
      const { event } = await others.until('order.accepted', orders[0] as string);
      expect(event.data).toMatchObject({ stockSequence: 0 });
      // A replica that starts later reads the copies first.
      const second = await start(backend, ({ name }) => name === ACCEPTANCE);
      await others.rest();
      for (const orderId of ['late-1', 'late-2', 'late-3', 'late-4']) {
        await order(second, orderId);
        await second.until('order.cancelled', orderId);
      }
    });
  });
}
