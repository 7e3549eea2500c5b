import { describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { blankOrder } from '#shared/kernel/recent-orders.ts';
import type { Correlation, Fact } from '#shared/store/store.ts';
import { decide, type KitchenRules } from './decide.ts';
import { recall } from './recall.ts';

const rules: KitchenRules = { ...pizzaFlow, orderTimeout: 1_000 };
const fact = (type: string, data: Fact['data'] = {}): Fact => ({
  id: `${type}-1`,
  type,
  data: { orderId: '1', ...data },
  occurredAt: 0,
  storedAt: 0,
});
const paid = fact('payment.completed', { paymentId: 'p', amountCharged: 1, currency: 'GBP' });
const reserved = fact('inventory.reserved', { reservationId: 'r' });
const assigned = fact('chef.assigned', { chefId: 'c' });
const noChef = fact('chef.unavailable', { reason: 'all-chefs-busy' });
const refund = (reason: string) => fact('payment.refund', { paymentId: 'p', reason });
const timeout = fact('order.timeout', {
  receivedEvents: ['payment.completed'],
  missingEvents: ['inventory.reserved', 'chef.assigned'],
});

/** What the kitchen decides on these facts, after it was reminded of what it had published. */
function reminded(facts: readonly Fact[], ...published: readonly Fact[]) {
  let order: Correlation = { ...blankOrder('1'), facts, now: 500 };
  for (const event of published) order = { ...order, ...recall(rules, order, event) };
  const decision = decide(rules, order, { now: order.now, caughtUp: false, short: [] });
  return {
    emits: decision.emit?.map(({ type, data }) => (data.reason ? `${type} ${data.reason}` : type)),
    refunded: decision.emit?.flatMap(({ type, data }) => (type === 'payment.refund' ? [data.paymentId] : [])),
    ready: decision.emit?.find(({ type }) => type === 'kitchen.ready')?.data.correlationData,
    sold: decision.counts?.find(({ total }) => total === 'money:sold:GBP')?.by,
    compensations: decision.counts?.map(({ total }) => total).filter((total) => total.startsWith('compensation:')),
    unchanged: JSON.stringify(decision.state) === JSON.stringify(order.state),
  };
}

describe('the kitchen, reminded of what it published', () => {
  it('holds on to a timeout although by now everything has come', () => {
    const { emits, unchanged } = reminded([paid, reserved, assigned], timeout);
    expect(emits?.[0]).toBe('order.timeout not-all-events-received');
    expect(unchanged).toBe(true);
  });

  it('holds on to ready although a refusal came first in the stream', () => {
    const ready = fact('kitchen.ready', { correlationData: { paymentId: 'p', reservationId: 'r', chefId: 'c' } });
    expect(reminded([noChef, paid, reserved, assigned], ready).emits).toEqual(['kitchen.ready']);
  });

  it('holds on to a cancellation, with its reason', () => {
    const cancelled = fact('order.cancelled', { reason: 'chef-unavailable: all-chefs-busy' });
    expect(reminded([paid, noChef], cancelled).emits?.[0]).toBe('order.cancelled chef-unavailable: all-chefs-busy');
  });

  it.each([
    ['order-timeout', [paid, reserved, assigned], 'order.timeout not-all-events-received'],
    ['late', [paid, reserved, assigned], 'order.timeout not-all-events-received'],
    ['order-cancelled', [paid, noChef], 'order.cancelled chef-unavailable: all-chefs-busy'],
  ] as const)(
    'never makes an order of which it undid something as %s, although the outcome was not published',
    (reason, facts, outcome) => {
      const { emits, compensations, unchanged } = reminded(facts, refund(reason));
      expect(emits?.[0]).toBe(outcome);
      expect(compensations).toContain(`compensation:payment.refund:${reason}`);
      expect(unchanged).toBe(true);
    },
  );

  it('makes an order of which it undid a second charge', () => {
    const second = { ...paid, id: 'second', data: { ...paid.data, paymentId: 'p2' } };
    const again = fact('payment.refund', { paymentId: 'p2', reason: 'conflict' });
    expect(reminded([paid, second, reserved, assigned], again).emits).toEqual([
      'kitchen.ready',
      'payment.refund conflict',
    ]);
  });

  describe('of two charges that the stream has in the other order', () => {
    const other = { ...paid, id: 'other', data: { ...paid.data, paymentId: 'p2', amountCharged: 2 } };
    const ids = { reservationId: 'r', chefId: 'c' };

    it('keeps the one that the order was made with', () => {
      const ready = fact('kitchen.ready', { correlationData: { paymentId: 'p2', ...ids } });
      const { emits, refunded, sold } = reminded([paid, other, reserved, assigned], ready);
      expect(emits).toEqual(['kitchen.ready', 'payment.refund conflict']);
      expect({ refunded, sold }).toEqual({ refunded: ['p'], sold: 200 });
    });

    it('undoes the one that is left of them when it is not the one that the order was made with', () => {
      const ready = fact('kitchen.ready', { correlationData: { paymentId: 'p2', ...ids } });
      const { refunded, sold } = reminded([paid, reserved, assigned], ready);
      expect({ refunded, sold }).toEqual({ refunded: ['p'], sold: undefined });
    });

    it('makes the order with the one that it did not undo', () => {
      const { emits, refunded, ready, sold } = reminded([paid, other, reserved, assigned], refund('conflict'));
      expect(emits).toEqual(['kitchen.ready', 'payment.refund conflict']);
      expect({ refunded, sold, ready }).toEqual({ refunded: ['p'], sold: 200, ready: { paymentId: 'p2', ...ids } });
    });
  });

  it('says why it undid something as the request did, for the totals', () => {
    const { compensations } = reminded([paid], timeout, refund('late'));
    expect(compensations).toEqual(['compensation:payment.refund:late']);
  });
});
