import { describe, expect, it } from 'vitest';
import { dueBy, pace, saturate } from './drive.ts';
import { type OrderTracker, wallClock } from './order-tracker.ts';
import type { RunningVariant } from './variants/variant.ts';

/** Accepts at once; ready follows in a later turn of the event loop, `copies` times. */
function variant(copies: number) {
  let tracker: OrderTracker | undefined;
  let outstanding = 0;
  let most = 0;
  let ids = 0;
  const running: RunningVariant = {
    submit: async () => {
      const orderId = `o-${ids++}`;
      most = Math.max(most, ++outstanding);
      setImmediate(() => {
        outstanding -= 1;
        for (let copy = 0; copy < copies; copy += 1) tracker?.ready(orderId, wallClock());
      });
      return orderId;
    },
    processes: [],
    failed: new Promise<never>(() => undefined),
    [Symbol.asyncDispose]: async () => undefined,
  };
  const track = (next: OrderTracker) => {
    tracker = next;
  };
  return { running, track, most: () => most };
}
const order = {
  customerId: 'c',
  pizzaType: 'margherita',
  toppings: [],
  size: 'large',
  totalAmount: 1,
  currency: 'GBP',
} as const;
const orders = (count: number) => Array.from({ length: count }, () => ({ ...order, toppings: [] }));
const signal = new AbortController().signal;

describe('saturate', () => {
  it('keeps no more orders outstanding than the window, and as many', async () => {
    const { running, track, most } = variant(1);
    const driven = await saturate({ running, track, orders: orders(50), window: 8, signal });
    expect(driven.verdict).toEqual({ created: 50, missing: 0, doubled: 0, strange: 0 });
    expect(driven.orders).toHaveLength(50);
    expect(driven.tookMs).toBeGreaterThan(0);
    expect(most()).toBe(8);
  });

  it('sees the second ready of an order', async () => {
    const { running, track } = variant(2);
    const { verdict } = await saturate({ running, track, orders: orders(10), window: 4, signal });
    expect(verdict.doubled).toBe(10);
  });

  it('ends when a process of the variant does', async () => {
    const { running, track } = variant(0);
    const failed = Promise.reject(new Error('kitchen died'));
    await expect(
      saturate({ running: { ...running, failed }, track, orders: orders(1), window: 1, signal }),
    ).rejects.toThrow('kitchen died');
  });

  it('ends when it is told to', async () => {
    const { running, track } = variant(0);
    const stop = new AbortController();
    const driving = saturate({ running, track, orders: orders(1), window: 1, signal: stop.signal });
    stop.abort();
    await expect(driving).rejects.toThrow('stopped');
  });
});

describe('pace', () => {
  it('creates every order once', async () => {
    const { running, track } = variant(1);
    const { verdict } = await pace({ running, track, orders: orders(20), rate: 10_000, signal });
    expect(verdict).toEqual({ created: 20, missing: 0, doubled: 0, strange: 0 });
  });
});

describe('dueBy', () => {
  it('has the first due at once, then one per interval, and never more than there are', () => {
    expect([dueBy(0, 200, 10), dueBy(4.9, 200, 10), dueBy(5, 200, 10), dueBy(1_000, 200, 10)]).toEqual([1, 1, 2, 10]);
  });
});
