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

  it('says of each order when it is ready, whichever became known first', async () => {
    const tracker = new OrderTracker();
    const done: string[] = [];
    const create = (orderId: string) => void tracker.created(orderId, 1).then(() => done.push(orderId));
    for (const orderId of ['a', 'b']) create(orderId);
    tracker.ready('c', 2);
    create('c');
    tracker.ready('b', 3);
    await Promise.resolve();
    expect(done).toEqual(['c', 'b']);
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
});
