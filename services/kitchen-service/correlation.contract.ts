import { afterEach, describe, expect, it } from 'vitest';
import { contractOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { WireMessage } from '#shared/messaging/publisher.ts';
import { toBinary, toStructured } from '#shared/testing/bind-event.ts';
import { type Backend, type RunningFlow, startFlow } from '#shared/testing/flow-harness.ts';
import { kitchenService } from './service.ts';

/** The workshop's correlation tests: a kitchen alone (or two), its contributions published by the test. */
export function describeCorrelation(
  name: string,
  openBackend: () => Promise<Backend & AsyncDisposable>,
  ackWaitMs: number,
): void {
  describe(`correlation on ${name}`, () => {
    let backend: Backend & AsyncDisposable;
    let flow: RunningFlow;
    const start = async (kitchens: number, env: Record<string, string> = {}) => {
      backend = await openBackend();
      flow = await startFlow({ backend, flow: pizzaFlow, services: Array(kitchens).fill(kitchenService), env });
    };
    afterEach(async () => {
      await flow[Symbol.asyncDispose]();
      await backend[Symbol.asyncDispose]();
    });

    const CONTRIBUTIONS = ['payment.completed', 'inventory.reserved', 'chef.assigned'];
    const publishAll = async (orderId: string, types: string[]) => {
      for (const type of types) await flow.publish(type, orderId);
    };
    const outcomes = async (orderId: string) => {
      await flow.rest();
      const types = (await flow.events(orderId)).map(({ type }) => type);
      return types.filter((type) => ['kitchen.ready', 'order.cancelled', 'order.timeout'].includes(type));
    };

    it('events in order: kitchen.ready once, with the three business ids', async () => {
      await start(1);
      await publishAll('in-order', ['order.created', ...CONTRIBUTIONS]);
      expect((await flow.until('kitchen.ready', 'in-order')).event.data).toEqual({
        orderId: 'in-order',
        status: 'ready-for-preparation',
        correlationData: { paymentId: 'pay-xyz-789', reservationId: 'res-456', chefId: 'chef-mario' },
      });
      expect(await outcomes('in-order')).toEqual(['kitchen.ready']);
      expect(flow.attempts.get('kitchen-in-order-ready-001')).toHaveLength(1);
    });

    it('events out of order: all 24 sequences of the four events give kitchen.ready once each', async () => {
      await start(2);
      const sequences = permutations(['order.created', ...CONTRIBUTIONS]);
      await Promise.all(sequences.map((types, n) => publishAll(`sequence-${n}`, types)));
      for (const [n] of sequences.entries()) {
        await flow.until('kitchen.ready', `sequence-${n}`);
        expect(await outcomes(`sequence-${n}`)).toEqual(['kitchen.ready']);
        expect(flow.attempts.get(`kitchen-sequence-${n}-ready-001`)).toHaveLength(1);
      }
    });

    it('duplicate: by event id, by business id, before and after ready, nothing changes', async () => {
      await start(1);
      await publishAll('twice', ['order.created', 'payment.completed']);
      await flow.publish('payment.completed', 'twice', undefined, { again: true });
      await flow.publish('payment.completed', 'twice', undefined, { again: true, id: 'payment-twice-evt-777' });
      await publishAll('twice', ['inventory.reserved', 'chef.assigned']);
      await flow.until('kitchen.ready', 'twice');
      for (const type of ['order.created', ...CONTRIBUTIONS])
        await flow.publish(type, 'twice', undefined, { again: true });
      expect(await outcomes('twice')).toEqual(['kitchen.ready']);
      const ofKitchen = (await flow.events('twice')).filter(({ event }) => event.source === 'kitchen-service');
      expect(ofKitchen.map(({ type }) => type)).toEqual(['kitchen.ready']);
      expect(flow.attempts.get('kitchen-twice-ready-001')).toHaveLength(1);
    });

    it("the workshop's own events, verbatim, binary or structured and without any extension: kitchen.ready all the same", async () => {
      await start(1);
      await flow.bus.publish(
        workshopEvent('payment.completed', 'payment-service', 'payment-12345-evt-001', 'structured'),
      );
      await flow.bus.publish(
        workshopEvent('inventory.reserved', 'inventory-service', 'inventory-12345-evt-001', 'binary'),
      );
      await flow.bus.publish(workshopEvent('order.created', 'order-service', 'order-12345-evt-001', 'binary'));
      await flow.bus.publish(workshopEvent('chef.assigned', 'chef-service', 'chef-12345-evt-001', 'structured'));
      const { event } = await flow.until('kitchen.ready', '12345');
      expect(event).toMatchObject({
        id: 'kitchen-12345-ready-001',
        causationid: 'chef-12345-evt-001',
        data: contractOf(pizzaFlow, 'kitchen.ready').example,
      });
    });

    it("the workshop's failed payment, verbatim: order.cancelled with its reason", async () => {
      await start(1);
      await flow.bus.publish(
        workshopEvent('payment.failed', 'payment-service', 'payment-12345-fail-001', 'structured'),
      );
      const { event } = await flow.until('order.cancelled', '12345');
      expect(event.data).toEqual({ orderId: '12345', reason: 'payment-failed: insufficient-funds' });
    });

    it('two of three: order.timeout once with two kitchens, naming received and missing, and just those two undone', async () => {
      await start(2, { ACK_WAIT: `${ackWaitMs}ms`, ORDER_TIMEOUT: `${5 * ackWaitMs}ms` });
      await publishAll('two-of-three', ['order.created', 'payment.completed', 'chef.assigned']);
      expect((await flow.until('order.timeout', 'two-of-three')).event.data).toEqual({
        orderId: 'two-of-three',
        receivedEvents: ['payment.completed', 'chef.assigned'],
        missingEvents: ['inventory.reserved'],
        reason: 'not-all-events-received',
      });
      await flow.until('chef.release', 'two-of-three');
      for (const type of CONTRIBUTIONS) await flow.publish(type, 'two-of-three', undefined, { again: true });
      await flow.until('inventory.release', 'two-of-three');
      await flow.rest();
      const byKitchen = (await flow.events('two-of-three')).filter(({ event }) => event.source === 'kitchen-service');
      expect(byKitchen.map(({ type, event }) => `${type} ${event.data.reason}`).sort()).toEqual([
        'chef.release order-timeout',
        'inventory.release late',
        'order.timeout not-all-events-received',
        'payment.refund order-timeout',
      ]);
      // A kitchen repeats what the other one may not have published: the same bytes, which the broker drops.
      for (const { event } of byKitchen) expect(new Set(flow.attempts.get(event.id)).size).toBe(1);
    });
  });
}

function permutations<T>(items: T[]): T[][] {
  return items.length < 2
    ? [items]
    : items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

/** The envelope as the workshop writes it: core attributes only. */
function workshopEvent(type: string, source: string, id: string, mode: 'binary' | 'structured'): WireMessage {
  const { example: data } = contractOf(pizzaFlow, type);
  const datacontenttype = 'application/json';
  const envelope = {
    specversion: '1.0',
    type: `com.pizzaco.${type}`,
    source,
    id,
    time: '2026-01-13T10:00:15Z',
    datacontenttype,
  } as const;
  const { headers, body } = mode === 'binary' ? toBinary({ ...envelope, data }) : toStructured({ ...envelope, data });
  return { subject: `pizza.${type}.12345`, headers, body };
}
