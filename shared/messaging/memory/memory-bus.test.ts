import { describe, expect, it } from 'vitest';
import { fakeClock } from '#shared/testing/clock.ts';
import { type BusUnderTest, busContract } from '../bus.contract.ts';
import type { Delivery } from '../subscriber.ts';
import { createMemoryBus } from './memory-bus.ts';

describe('the memory bus', () => {
  busContract(async (): Promise<BusUnderTest> => {
    const bus = createMemoryBus({ ackWaitMs: 50 });
    const view = new Proxy(bus, {
      get: (target, key) => (key === 'close' ? async () => undefined : Reflect.get(target, key)),
    });
    return { bus, connect: async () => view, impatient: { bus, ackWaitMs: 50 }, [Symbol.asyncDispose]: bus.close };
  });
});

describe('the memory bus on a virtual clock', () => {
  const message = { subject: 'pizza.order.created.1', headers: {}, body: 'x' };

  it('redelivers by that clock alone', async () => {
    const now = fakeClock();
    const tasks = new Set<{ at: number; task: () => void }>();
    const schedule = (task: () => void, ms: number) => {
      const entry = { at: now() + ms, task };
      tasks.add(entry);
      return () => void tasks.delete(entry);
    };
    const advance = (ms: number) => {
      now.advance(ms);
      for (const entry of [...tasks].filter(({ at }) => at <= now())) {
        tasks.delete(entry);
        entry.task();
      }
    };
    const bus = createMemoryBus({ now, schedule, ackWaitMs: 5_000 });
    const got: Delivery[] = [];
    const handle = async (delivery: Delivery) => {
      got.push(delivery);
      if (delivery.deliveryCount === 1) delivery.nak(60_000);
    };
    await bus.consume({ durable: 'd', filters: ['pizza.>'], handle });
    await bus.publish(message);
    await bus.settled();
    advance(59_999);
    await bus.settled();
    expect(got).toHaveLength(1);
    advance(1);
    await bus.settled();
    expect(got).toHaveLength(2);
    advance(5_000);
    await bus.settled();
    expect(got.map(({ deliveryCount }) => deliveryCount)).toEqual([1, 2, 3]);
    expect(got[0]?.storedAt).toBe(now() - 65_000);
  });

  it('gives up after so many deliveries, as the real one does', async () => {
    const bus = createMemoryBus({ maxDeliver: 3 });
    let count = 0;
    const handle = async (delivery: Delivery) => {
      count += 1;
      delivery.nak(0);
    };
    await bus.consume({ durable: 'd', filters: ['pizza.>'], handle });
    await bus.publish(message);
    await bus.settled();
    expect(count).toBe(3);
  });
});
