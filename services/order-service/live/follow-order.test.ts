import { describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import type { StreamReader } from '#shared/messaging/stream-reader.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { createIntake } from '../edge/intake.ts';
import { publisherOn } from '../fixtures/publish-event.ts';
import { followOrder } from './follow-order.ts';

const typesOf = (events: readonly { type: string }[]) => events.map(({ type }) => type);

const CAME_MEANWHILE = ['order.cancelled', 'payment.completed'];

describe('following an order', () => {
  it('has no hole where an event came to a type that was read already', async () => {
    const bus = createMemoryBus();
    const publish = publisherOn(bus, pizzaFlow);
    await publish('order.created', '1');
    const read: StreamReader['read'] = async (subject) => {
      // `order.created` has been read by then, `payment.completed` has not.
      if (subject === 'pizza.payment.completed.1') for (const type of CAME_MEANWHILE) await publish(type, '1');
      return bus.read(subject);
    };
    const feed = await followOrder({ ...bus, read }, pizzaFlow, '1');
    const told: { type: string }[] = [];
    await publish('chef.assigned', '1');
    feed.start((event) => told.push(event));
    await publish('chef.unavailable', '1');
    const later = await eventually(async () => (told.length >= 4 ? told : undefined), 'four later events');
    expect(typesOf(feed.past)).toEqual(['order.created']);
    expect(typesOf(later)).toEqual([...CAME_MEANWHILE, 'chef.assigned', 'chef.unavailable']);
    await feed.stop();
  });

  it('ends its subscription when it cannot read, also when that is known too late for the answer', async () => {
    const bus = createMemoryBus();
    await publisherOn(bus, pizzaFlow)('order.created', '1');
    const gate = Promise.withResolvers<void>();
    let stopped = 0;
    const slow: Bus = {
      ...bus,
      follow: async () => ({ stop: async () => void stopped++ }),
      read: async (subject) => {
        await gate.promise;
        return bus.read(subject);
      },
    };
    const intake = createIntake({ flow: pizzaFlow, bus: slow, answerWithinMs: 20 });
    expect((await intake.inject({ url: '/orders/1/live' })).statusCode).toBe(503);
    expect(stopped).toBe(0);
    gate.resolve();
    await eventually(async () => (stopped === 1 ? true : undefined), 'the late feed to be stopped');
    await expect(followOrder(slow, pizzaFlow, 'nobody')).rejects.toThrow('holds no event of order nobody');
    expect(stopped).toBe(2);
    await intake.close();
  });
});
