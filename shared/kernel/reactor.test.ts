import { beforeEach, describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { buildEvent, toWire } from '#shared/messaging/build-event.ts';
import type { Bus, WireMessage } from '#shared/messaging/bus.ts';
import { Terminal, Unavailable } from '#shared/messaging/faults.ts';
import { createMemoryBus } from '#shared/messaging/memory-bus.ts';
import { type ReceivedEvent, readEvent } from '#shared/messaging/read-event.ts';
import { createMemoryStore } from '#shared/store/memory/memory-store.ts';
import type { CorrelationStore } from '#shared/store/store.ts';
import { fakeClock } from '#shared/testing/clock.ts';
import { createReactor, type Reactor } from './reactor.ts';
import type { Behaviour } from './service.ts';

/** The kitchen's seat with the simplest rules: a payment is answered by kitchen.ready. */
const rules: Behaviour = {
  decide: ({ id: orderId, facts }) => {
    const paid = facts.find(({ type }) => type === 'payment.completed');
    const data = {
      orderId,
      status: 'ready-for-preparation',
      correlationData: { paymentId: 'p', reservationId: 'r', chefId: 'c' },
    };
    return { state: { paid: paid !== undefined }, emit: paid ? [{ type: 'kitchen.ready', cause: paid, data }] : [] };
  },
};

const clock = fakeClock();
let sequence = 0;
const received = (type: string, data: Record<string, unknown> = {}, id?: string): ReceivedEvent => {
  const contract = pizzaFlow.events[type];
  const source = contract?.owner ?? '';
  const event = buildEvent(
    pizzaFlow,
    { type, data: { ...contract?.example, orderId: '1', ...data } },
    { orderId: '1', source, now: clock() },
  );
  const wire = toWire(pizzaFlow, id ? { ...event, id } : event);
  const headers = Object.fromEntries(Object.entries(wire.headers).map(([name, value]) => [name.toLowerCase(), value]));
  sequence += 1;
  return readEvent(pizzaFlow, { ...wire, headers, body: Buffer.from(String(wire.body)), sequence, storedAt: clock() });
};

describe('the reactor', () => {
  let store: CorrelationStore;
  let bus: Bus;
  let published: string[];
  let failing: { publish?: boolean; mark?: boolean };

  const reactor = (behaviour = rules): Reactor =>
    createReactor({
      flow: pizzaFlow,
      service: 'kitchen-service',
      behaviour,
      bus: {
        ...bus,
        publish: async (message: WireMessage) => {
          if (failing.publish) throw new Unavailable('broker');
          published.push(message.headers['ce-id'] ?? '');
          return bus.publish(message);
        },
      },
      store: {
        ...store,
        markPublished: async (id, ids) => {
          if (failing.mark) throw new Unavailable('store');
          await store.markPublished(id, ids);
        },
      },
      wait: async (ms) => void clock.advance(ms),
      retainMs: 60_000,
      claimMs: 1_000,
    });

  beforeEach(() => {
    store = createMemoryStore({ now: clock });
    bus = createMemoryBus({ now: clock });
    published = [];
    failing = {};
  });

  it('publishes what is owed once, however often and wherever the event is delivered again', async () => {
    const [one, other] = [reactor(), reactor()];
    const paid = received('payment.completed');
    expect(await one.react(paid)).toBe('ok');
    expect(await one.react(paid)).toBe('duplicate');
    expect(await other.react(paid)).toBe('duplicate');
    expect(await other.react(received('payment.completed', {}, 'another-id'))).toBe('duplicate');
    expect(published).toEqual(['kitchen-1-ready-001']);
  });

  it('publishes once when replicas get different events of one order at the same time', async () => {
    const replicas = [reactor(), reactor(), reactor()];
    const events = ['order.created', 'payment.completed', 'inventory.reserved', 'chef.assigned'].map((type) =>
      received(type),
    );
    await Promise.all(events.flatMap((event) => replicas.map((replica) => replica.react(event))));
    expect(published).toEqual(['kitchen-1-ready-001']);
    expect((await store.load('1')).facts).toHaveLength(4);
  });

  it('does not settle while the broker is away, and repeats the same bytes at once when it is back', async () => {
    const one = reactor();
    failing.publish = true;
    const paid = received('payment.completed');
    await expect(one.react(paid)).rejects.toThrow(Unavailable);
    const [owed] = (await store.load('1')).outbox;
    failing.publish = false;
    const before = clock();
    expect(await one.react(paid)).toBe('duplicate');
    expect(clock()).toBe(before);
    expect(published).toEqual([owed?.id]);
    expect((await store.load('1')).outbox).toEqual([]);
  });

  it('leaves what a crashed process committed to whoever comes next, after its claim has run out', async () => {
    failing.publish = true;
    await expect(reactor().react(received('payment.completed'))).rejects.toThrow(Unavailable);
    failing.publish = false;
    const before = clock();
    await reactor().attend('1', false);
    expect(published).toEqual(['kitchen-1-ready-001']);
    expect(clock() - before).toBeGreaterThanOrEqual(1_000);
  });

  it('publishes again, with the same id, when the mark is lost', async () => {
    const one = reactor();
    failing.mark = true;
    const paid = received('payment.completed');
    await expect(one.react(paid)).rejects.toThrow(Unavailable);
    failing.mark = false;
    await one.react(paid);
    expect(published).toEqual(['kitchen-1-ready-001', 'kitchen-1-ready-001']);
    expect(await bus.read('pizza.kitchen.ready.1')).toHaveLength(1);
  });

  it('is not fooled by a stream that knows the message id from another message', async () => {
    const junk = {
      subject: 'pizza.payment.completed.2',
      headers: { 'Nats-Msg-Id': 'kitchen.ready:kitchen-1-ready-001' },
      body: '{}',
    };
    await bus.publish(junk);
    await reactor().react(received('payment.completed'));
    expect(await bus.read('pizza.kitchen.ready.1')).toHaveLength(1);
  });

  it('refuses a flood of different events of one order', async () => {
    const one = reactor();
    for (let n = 1; n <= 100; n += 1)
      await one.react(received('payment.completed', { paymentId: `pay-1-${n}` }, `event-${n}`));
    await expect(one.react(received('payment.completed', { paymentId: 'one-more' }, 'one-more'))).rejects.toMatchObject(
      { reason: 'too-many-events' },
    );
    expect(await one.react(received('payment.completed', { paymentId: 'pay-1-7' }, 'event-7'))).toBe('duplicate');
  });

  it('refuses an event id that was used for another content', async () => {
    const one = reactor();
    await one.react(received('payment.completed', {}, 'reused'));
    const reuse = received('payment.completed', { amountCharged: 99 }, 'reused');
    await expect(one.react(reuse)).rejects.toThrow(Terminal);
    await expect(reactor().react(reuse)).rejects.toMatchObject({ reason: 'id-reuse' });
  });

  it('calls an order that is announced again a duplicate, or a conflict when it says something else', async () => {
    const one = reactor();
    await one.react(received('order.created'));
    expect(await one.react(received('order.created', {}, 'again'))).toBe('duplicate');
    expect(await one.react(received('order.created', { size: 'small' }, 'changed'))).toBe('conflict');
    expect((await store.load('1')).facts).toHaveLength(1);
  });

  it('records an event before the effect that it is the intent of', async () => {
    const seen: number[] = [];
    const charging: Behaviour = {
      decide: ({ facts }) => ({
        state: {},
        effects: facts.some(({ type }) => type === 'charged') ? [] : [{ id: 'charge', input: {} }],
      }),
      perform: async () => {
        seen.push((await store.load('1')).facts.length);
        return { id: 'answer', type: 'charged', data: {}, occurredAt: 0, storedAt: 0 };
      },
    };
    expect(await reactor(charging).react(received('order.created'))).toBe('ok');
    expect(seen).toEqual([1]);
    expect((await store.load('1')).facts.map(({ type }) => type)).toEqual(['order.created', 'charged']);
  });
});
