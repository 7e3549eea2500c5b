import { describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { readEvent } from '#shared/messaging/read-event.ts';
import type { Delivery } from '#shared/messaging/subscriber.ts';
import { faultBench } from '#shared/testing/fault-bench.ts';

const orders = Array.from({ length: 200 }, (_, n) => `order-${n}`);

describe('delay', () => {
  it('holds an event until so long after its own time, divided by TIME_SCALE', async () => {
    const bench = faultBench({ timeScale: 60 });
    bench.set({ fault: 'delay', type: 'payment.completed', by: '10m' });
    await bench.publish('a');
    expect(bench.held).toEqual([10_000]);
    expect(await bench.stored('a')).toHaveLength(1);
  });

  it('lets go at once of what it holds when it is cleared', async () => {
    let signal: AbortSignal | undefined;
    const wait = (_ms: number, given?: AbortSignal) =>
      new Promise<void>((resolve) => {
        signal = given;
        given?.addEventListener('abort', () => resolve());
      });
    const bench = faultBench({ wait });
    bench.set({ fault: 'delay', by: '10m' });
    const publishing = bench.publish('a');
    expect(await bench.stored('a')).toEqual([]);
    bench.faults.clear();
    await publishing;
    expect(signal?.aborted).toBe(true);
    expect(await bench.stored('a')).toHaveLength(1);
  });
});

describe('duplicate', () => {
  it('stores the same event again, past the de-duplication of the stream', async () => {
    const bench = faultBench();
    bench.set({ fault: 'duplicate', copies: 2 });
    await bench.publish('a');
    const stored = await bench.stored('a');
    expect(new Set(stored.map(({ headers }) => headers['ce-id'])).size).toBe(1);
    expect(new Set(stored.map(({ headers }) => headers['nats-msg-id'])).size).toBe(3);
  });

  it('makes no further copy when the publisher tries again', async () => {
    const bench = faultBench();
    bench.set({ fault: 'duplicate' });
    await bench.publish('a');
    expect(await bench.publish('a')).toMatchObject({ duplicate: true });
    expect(await bench.stored('a')).toHaveLength(2);
    expect(bench.injected).toHaveLength(1);
  });

  it('affects the same share of orders each time for the same seed, and others for another', async () => {
    const affected = async (seed: number) => {
      const bench = faultBench();
      bench.set({ fault: 'duplicate', share: 0.25, seed });
      for (const order of orders) await bench.publish(order);
      return bench.injected.map(({ orderId }) => orderId);
    };
    const [first, again, other] = [await affected(1), await affected(1), await affected(2)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect([first.length, other.length]).toEqual([45, 43]);
  });

  it('affects one order, or one type, and nothing else', async () => {
    const bench = faultBench();
    bench.set({ fault: 'duplicate', orderId: 'a' }, { fault: 'duplicate', type: 'payment.failed' });
    for (const order of ['a', 'b']) await bench.publish(order);
    expect(bench.injected).toEqual([{ fault: 'duplicate', type: 'payment.completed', orderId: 'a' }]);
  });
});

describe('reorder', () => {
  it('holds each event for a time of its own, the same for the same seed', async () => {
    const holds = async () => {
      const bench = faultBench();
      bench.set({ fault: 'reorder', within: '1s' });
      for (const order of orders) await bench.publish(order);
      return bench.held;
    };
    const held = await holds();
    expect(await holds()).toEqual(held);
    expect(new Set(held).size).toBe(orders.length);
    expect(Math.max(...held)).toBeLessThan(1_000);
    expect(held).not.toEqual(held.toSorted((a, b) => a - b));
  });
});

describe('corrupt', () => {
  it('lets a copy follow that no consumer can read, and leaves the event as it is', async () => {
    const bench = faultBench();
    bench.set({ fault: 'corrupt' });
    await bench.publish('a');
    const [event, copy] = await bench.stored('a');
    if (!event || !copy) throw new Error('the event and its copy are expected');
    expect(readEvent(pizzaFlow, event).orderId).toBe('a');
    expect(() => readEvent(pizzaFlow, copy)).toThrow(expect.objectContaining({ reason: 'invalid-cloudevent' }));
  });
});

describe('drop', () => {
  const deliver = async (deliveryCount: number) => {
    const bench = faultBench();
    bench.set({ fault: 'drop' });
    const said: string[] = [];
    const delivery: Delivery = {
      subject: 'pizza.payment.completed.a',
      headers: {},
      body: Buffer.of(),
      sequence: 1,
      storedAt: 0,
      deliveryCount,
      ack: () => said.push('ack'),
      nak: (ms) => said.push(`nak ${ms}`),
      term: () => said.push('term'),
    };
    await bench.faults.deliveryMiddleware(async (given) => given.ack())(delivery);
    return said;
  };

  it('has a message that was handled delivered once more, and not again', async () => {
    expect(await deliver(1)).toEqual(['nak 0']);
    expect(await deliver(2)).toEqual(['ack']);
  });
});
