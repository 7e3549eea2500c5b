import { afterAll, describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import type { StreamReader } from '#shared/messaging/stream-reader.ts';
import { createIntake } from '../edge/intake.ts';
import { anOrder, publisherOn } from '../fixtures/publish-event.ts';
import { orderView } from './order-view.ts';

const bus = createMemoryBus();
const intake = createIntake({ flow: pizzaFlow, bus });
afterAll(() => intake.close());
const publish = publisherOn(bus, pizzaFlow);

/** Publishes these types in this order, and asks where the order stands. */
async function viewAfter(orderId: string, ...types: string[]) {
  for (const type of types) await publish(type, orderId);
  const answer = await intake.inject({ url: `/orders/${orderId}` });
  expect(answer.statusCode).toBe(200);
  return orderView.strict().parse(answer.json());
}
const eventsOf = async (orderId: string) => (await intake.inject({ url: `/orders/${orderId}/events` })).json();

describe('where an order stands', () => {
  it('waits for what did not come yet', async () => {
    expect(await viewAfter('partial', 'order.created', 'chef.assigned', 'payment.completed')).toMatchObject({
      status: 'waiting',
      receivedEvents: ['payment.completed', 'chef.assigned'],
      missingEvents: ['inventory.reserved'],
      links: { self: '/orders/partial', events: '/orders/partial/events', live: '/orders/partial/live' },
    });
  });

  it('is known before order.created is, when another event came first', async () => {
    const { status, timeline } = await viewAfter('early', 'payment.completed');
    expect([status, timeline.map(({ type }) => type)]).toEqual(['waiting', ['payment.completed']]);
  });

  it.each([
    ['ready', 'kitchen.ready', undefined],
    ['cancelled', 'order.cancelled', 'payment-failed: insufficient-funds'],
    ['timeout', 'order.timeout', 'not-all-events-received'],
  ])('%s by %s', async (status, type, reason) => {
    const view = await viewAfter(`ended-${status}`, 'order.created', type, 'payment.completed');
    expect([view.status, view.reason]).toEqual([status, reason]);
  });

  it('tells that the payment is pending, until it is settled', async () => {
    expect((await viewAfter('slow', 'order.created', 'payment.initiated')).paymentPending).toBe(true);
    expect(await viewAfter('slow', 'payment.completed')).not.toHaveProperty('paymentPending');
    expect(await viewAfter('poor', 'payment.initiated', 'payment.failed')).not.toHaveProperty('paymentPending');
    expect(await viewAfter('quick', 'payment.completed')).not.toHaveProperty('paymentPending');
  });

  it('has no hole where an event came to a type that was read already', async () => {
    for (const type of ['order.created', 'chef.assigned', 'inventory.reserved']) await publish(type, 'hasty');
    const late = createIntake({
      flow: pizzaFlow,
      bus: {
        ...bus,
        read: async (subject) => {
          const found = await bus.read(subject);
          if (subject === 'pizza.payment.completed.hasty')
            for (const type of ['payment.completed', 'kitchen.ready']) await publish(type, 'hasty');
          return found;
        },
      },
    });
    const view = orderView.parse((await late.inject({ url: '/orders/hasty' })).json());
    expect(view).toMatchObject({ status: 'waiting', missingEvents: ['payment.completed'] });
    expect(await viewAfter('hasty')).toMatchObject({ status: 'ready', missingEvents: [] });
    await late.close();
  });

  it('has a timeline by the sequence of the stream, with sources and ids', async () => {
    const { timeline } = await viewAfter('ordered', 'chef.assigned', 'order.created', 'payment.completed');
    expect(timeline.map(({ type, id, source }) => [type, id, source])).toEqual([
      ['chef.assigned', expect.stringMatching(/^chef-ordered-assigned-/), 'chef-service'],
      ['order.created', 'order-ordered-created-001', 'order-service'],
      ['payment.completed', expect.stringMatching(/^payment-ordered-completed-/), 'payment-service'],
    ]);
    const sequences = timeline.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  });

  it('shows a redelivered copy once, and a second payment twice', async () => {
    await publish('payment.completed', 'twice', { paymentId: 'pay-twice-001' });
    await publish('payment.completed', 'twice', { paymentId: 'pay-twice-001' }, { 'Nats-Msg-Id': 'a copy' });
    await publish('payment.completed', 'twice', { paymentId: 'pay-twice-002' });
    expect(await bus.read('pizza.payment.completed.twice')).toHaveLength(3);
    const ids = ['payment-twice-completed-001', 'payment-twice-completed-002'];
    expect((await viewAfter('twice')).timeline.map(({ id }) => id)).toEqual(ids);
    expect((await eventsOf('twice')).map(({ id }: { id: string }) => id)).toEqual(ids);
  });

  it('leaves out a message that is no event, and says so', async () => {
    await bus.publish({ subject: 'pizza.chef.assigned.odd', headers: {}, body: 'no event' });
    const { timeline, unreadable } = await viewAfter('odd', 'order.created');
    expect(timeline).toHaveLength(1);
    expect(unreadable).toMatchObject([{ subject: 'pizza.chef.assigned.odd', reason: 'not-a-cloudevent' }]);
    expect(await eventsOf('odd')).toHaveLength(1);
  });
});

describe('what the stream is asked for an order', () => {
  it('begins where the intake put it; where it did not, with the first message', async () => {
    const asked: (number | undefined)[] = [];
    const read: StreamReader['read'] = (subject, from) => {
      asked.push(from);
      return bus.read(subject, from);
    };
    const own = createIntake({ flow: pizzaFlow, bus: { ...bus, read } });
    const placed = (await own.inject({ method: 'POST', url: '/orders', payload: anOrder })).json();
    await publish('chef.assigned', placed.orderId);
    const view = orderView.parse((await own.inject({ url: placed.links.self })).json());
    expect(view.timeline.map(({ type }) => type)).toEqual(['order.created', 'chef.assigned']);
    expect(new Set(asked)).toEqual(new Set([view.timeline[0]?.sequence]));
    asked.length = 0;
    await publish('order.created', 'foreign');
    await own.inject({ url: '/orders/foreign' });
    expect(new Set(asked)).toEqual(new Set([undefined]));
    await own.close();
  });
});

describe('the events of an order', () => {
  it('are CloudEvents in one batch, as published', async () => {
    await publish('order.created', 'whole');
    await publish('chef.assigned', 'whole');
    const answer = await intake.inject({ url: '/orders/whole/events' });
    expect(answer.headers['content-type']).toContain('application/cloudevents-batch+json');
    expect(answer.json()).toMatchObject([
      { specversion: '1.0', type: 'com.pizzaco.order.created', source: 'order-service', subject: 'whole' },
      { type: 'com.pizzaco.chef.assigned', data: { orderId: 'whole', chefId: 'chef-mario' } },
    ]);
  });
});
