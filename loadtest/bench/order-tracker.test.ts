import { describe, expect, it } from 'vitest';
import { OrderTracker } from './order-tracker.ts';

describe('OrderTracker', () => {
  it('takes the time from creation to ready, also when ready becomes known first', () => {
    const tracker = new OrderTracker();
    tracker.created('a', 10);
    tracker.ready('a', 14);
    tracker.ready('b', 20);
    tracker.created('b', 18);
    expect(tracker.orders).toEqual([
      { from: 10, to: 14 },
      { from: 18, to: 20 },
    ]);
    expect(tracker.verdict()).toEqual({ created: 2, missing: 0, doubled: 0, strange: 0 });
  });

  it('says once per order that it is done', () => {
    let done = 0;
    const tracker = new OrderTracker(() => {
      done += 1;
    });
    tracker.created('a', 1);
    tracker.ready('a', 2);
    tracker.ready('a', 3);
    expect(done).toBe(1);
  });

  it('counts a second ready, an order without one, and a ready of nobody', () => {
    const tracker = new OrderTracker();
    tracker.created('a', 1);
    tracker.ready('a', 2);
    tracker.ready('a', 3);
    tracker.created('b', 1);
    tracker.ready('c', 4);
    expect(tracker.verdict()).toEqual({ created: 2, missing: 1, doubled: 1, strange: 1 });
  });

  it('knows when the last order became ready', () => {
    const tracker = new OrderTracker();
    expect(tracker.lastReadyAt).toBeNaN();
    tracker.created('a', 1);
    tracker.ready('a', 5);
    expect(tracker.lastReadyAt).toBe(5);
  });
});
