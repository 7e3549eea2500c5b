import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import type { Subscriber } from '#shared/messaging/subscriber.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { createIntake, type IntakeOptions } from '../edge/intake.ts';
import { type EventSource, openEventSource, type SentEvent } from '../fixtures/event-source.ts';
import { publisherOn } from '../fixtures/publish-event.ts';

/** Server-sent events over a real socket, on any bus. */
export function liveContract(openBus: () => Promise<Bus>): void {
  let bus: Bus;
  let intake: FastifyInstance;
  let base: string;
  let following = 0;
  let orders = 0;
  let orderId: string;
  const closing: (() => Promise<unknown>)[] = [];

  const start = async (options: Partial<IntakeOptions> = {}) => {
    const follow: Subscriber['follow'] = async (...args) => {
      const followed = await bus.follow(...args);
      following++;
      const stop = async () => {
        following--;
        await followed.stop();
      };
      return { stop };
    };
    const counted = new Proxy(bus, { get: (target, key) => (key === 'follow' ? follow : Reflect.get(target, key)) });
    // How long a broker may take is not what is tested here.
    intake = createIntake({ flow: pizzaFlow, bus: counted, answerWithinMs: 20_000, ...options });
    closing.push(() => intake.close());
    await intake.listen({ host: '127.0.0.1', port: 0 });
    base = `http://127.0.0.1:${(intake.server.address() as AddressInfo).port}`;
  };
  beforeEach(async () => {
    bus = await openBus();
    closing.push(() => bus.close());
    orderId = `live-${++orders}`;
    await start();
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  const publish = (type: string, data = {}, headers = {}) => publisherOn(bus, pizzaFlow)(type, orderId, data, headers);
  const watch = (headers = {}): Promise<EventSource> => openEventSource(`${base}/orders/${orderId}/live`, headers);
  const typesOf = (events: readonly SentEvent[]) => events.map(({ event }) => event);
  const noneFollowing = () =>
    eventually(async () => (following === 0 ? true : undefined), 'every follow to be stopped');

  describe('the live events of an order', () => {
    it('are those so far, then those to come, each with its sequence and CloudEvent, and an end', async () => {
      await publish('order.created');
      await publish('payment.completed');
      const source = await watch();
      expect([source.status, source.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
      const created = await source.next();
      expect(created?.event).toBe('order.created');
      expect(created?.id).toMatch(/^\d+$/);
      expect(JSON.parse(created?.data ?? '')).toMatchObject({ type: 'com.pizzaco.order.created', data: { orderId } });
      expect((await source.next())?.event).toBe('payment.completed');
      await publish('chef.assigned');
      expect((await source.next())?.event).toBe('chef.assigned');
      await publish('kitchen.ready');
      expect(await source.rest()).toMatchObject([
        { event: 'kitchen.ready' },
        { event: 'end', data: '{"reason":"complete"}' },
      ]);
      await noneFollowing();
    });

    it('have no gap and no double when events come while it begins', async () => {
      await publish('order.created');
      const types = ['payment.completed', 'inventory.reserved', 'chef.assigned', 'payment.initiated', 'kitchen.ready'];
      const publishing = (async () => {
        for (const type of types) await publish(type);
      })();
      const sources = await Promise.all(Array.from({ length: 8 }, () => watch()));
      await publishing;
      for (const source of sources) expect(typesOf(await source.rest())).toEqual(['order.created', ...types, 'end']);
    });

    it('show a redelivered copy once', async () => {
      await publish('order.created');
      const source = await watch();
      await publish('order.created', {}, { 'Nats-Msg-Id': `copy-${orderId}` });
      await publish('kitchen.ready');
      expect(typesOf(await source.rest())).toEqual(['order.created', 'kitchen.ready', 'end']);
    });

    it('go on after a cancellation until what had been fulfilled is undone', async () => {
      const paymentId = `pay-${orderId}-001`;
      await publish('order.created');
      await publish('payment.completed', { paymentId });
      await publish('order.cancelled');
      const source = await watch();
      for (const type of ['order.created', 'payment.completed', 'order.cancelled'])
        expect((await source.next())?.event).toBe(type);
      await publish('payment.refund', { paymentId });
      await publish('payment.refunded', { paymentId });
      expect(typesOf(await source.rest())).toEqual(['payment.refund', 'payment.refunded', 'end']);
    });

    it('end at once after a timeout by which nothing was fulfilled', async () => {
      await publish('order.created');
      await publish('order.timeout');
      expect(typesOf(await (await watch()).rest())).toEqual(['order.created', 'order.timeout', 'end']);
    });

    it('resume after Last-Event-ID, and stop a browser from coming back when there is no more', async () => {
      await publish('order.created');
      await publish('chef.assigned');
      const first = await watch();
      const created = await first.next();
      await publish('kitchen.ready');
      const second = await watch({ 'last-event-id': created?.id });
      const rest = await second.rest();
      expect(typesOf(rest)).toEqual(['chef.assigned', 'kitchen.ready', 'end']);
      const third = await watch({ 'last-event-id': rest.at(-2)?.id });
      expect([third.status, await third.rest()]).toEqual([204, []]);
      expect((await watch({ 'last-event-id': 'x' })).status).toBe(400);
      first.hangUp();
      await noneFollowing();
    });

    it('stop being followed when the client hangs up', async () => {
      await publish('order.created');
      const sources = await Promise.all(Array.from({ length: 5 }, () => watch()));
      for (const source of sources) await source.next();
      expect(following).toBe(5);
      for (const source of sources) source.hangUp();
      await noneFollowing();
    });

    it('are refused above the limit, and given again when a stream has ended', async () => {
      await start({ maxLive: 1 });
      await publish('order.created');
      const first = await watch();
      const refused = await watch();
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
      first.hangUp();
      const later = await eventually(async () => {
        const source = await watch();
        return source.status === 200 ? source : undefined;
      }, 'a free place');
      later.hangUp();
    });

    it('have a heartbeat, and end when nothing happens for long', async () => {
      await start({ heartbeatMs: 5, idleMs: 200 });
      await publish('order.created');
      const source = await watch();
      expect((await source.rest()).at(-1)).toEqual({ event: 'end', data: '{"reason":"idle"}' });
      expect(source.comments).toContain('heartbeat');
    });

    it('end when the server closes, which waits for none of them', async () => {
      await publish('order.created');
      const source = await watch();
      await source.next();
      const [rest] = await Promise.all([source.rest(), intake.close()]);
      expect(rest).toEqual([{ event: 'end', data: '{"reason":"closing"}' }]);
      await noneFollowing();
    });

    it('do not hold up the close by a client that does not read', async () => {
      await start({ goodbyeMs: 100 });
      await publish('order.created');
      const source = await watch();
      // More than the sockets between them buffer.
      const ingredientsReserved = Array(1_500).fill({ ingredient: 'x'.repeat(100), quantity: 1 });
      for (let n = 100; n < 200; n++)
        await publish('inventory.reserved', { reservationId: `inv-${orderId}-${n}`, ingredientsReserved });
      await intake.close();
      await noneFollowing();
      source.hangUp();
    });
  });
}
