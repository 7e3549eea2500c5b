import { describe, expect, it } from 'vitest';
import { blankOrder } from '#shared/kernel/recent-orders.ts';
import type { Correlation, Fact } from '#shared/store/store.ts';
import { ANSWER, decide, PENDING, REFUND } from './decide.ts';

const fact = (type: string, data: Record<string, unknown> = {}): Fact => ({
  id: `${type}-${JSON.stringify(data)}`,
  type,
  data: { orderId: '1', ...data },
  occurredAt: 0,
  storedAt: 0,
});
const created = fact('order.created', { customerId: 'cust-1', totalAmount: 15.99, currency: 'GBP' });
const cancelled = fact('order.cancelled', { reason: 'x' });
const captured = fact(ANSWER, {
  paymentId: 'pay-1-001',
  status: 'captured',
  transactionId: 't',
  amount: 1599,
  currency: 'GBP',
});
const refundAsked = fact('payment.refund', { paymentId: 'pay-1-001', reason: 'late' });
const refunded = fact(REFUND, {
  paymentId: 'pay-1-001',
  status: 'refunded',
  transactionId: 't',
  amount: 1599,
  currency: 'GBP',
});

const given = (...facts: Fact[]) => {
  const order: Correlation = { ...blankOrder('1'), facts };
  const {
    emit = [],
    effects = [],
    counts = [],
    ...rest
  } = decide(order, { now: 1_000, caughtUp: false, short: [] }, 500);
  return {
    emits: emit.map(({ type }) => type),
    effects: effects.map(({ id, input }) => `${id} ${input.kind}`),
    counts: counts.map(({ total, by }) => `${total} ${by}`),
    ...rest,
  };
};

describe('payment', () => {
  it('charges an order, and asks again later until the gateway has answered', () => {
    expect(given(created)).toMatchObject({ emits: [], effects: ['charge charge'], dueAt: 1_500, closed: false });
    expect(given(created, fact(PENDING))).toMatchObject({ emits: ['payment.initiated'], effects: ['charge charge'] });
  });

  it('publishes what the gateway said, in decimals, and counts it in pence', () => {
    expect(given(created, captured)).toMatchObject({
      emits: ['payment.completed'],
      effects: [],
      counts: ['money:captured:GBP 1599'],
      closed: true,
    });
    expect(given(created, fact(ANSWER, { status: 'declined', reason: 'r', errorCode: 'E' }))).toMatchObject({
      emits: ['payment.failed'],
      counts: [],
    });
  });

  it('begins nothing for an order that ended before', () => {
    expect(given(cancelled)).toMatchObject({ emits: [], effects: [] });
    expect(given(cancelled, created)).toMatchObject({ emits: [], effects: [] });
  });

  it('makes sure that an intended charge is never made when the order ended meanwhile', () => {
    expect(given(created, cancelled)).toMatchObject({ effects: ['charge cancel'] });
    expect(given(created, cancelled, fact(ANSWER, { status: 'cancelled' }))).toMatchObject({
      emits: [],
      effects: [],
      closed: true,
    });
  });

  it('publishes a charge that was made before the order ended: the kitchen has it undone', () => {
    expect(given(created, cancelled, captured)).toMatchObject({ emits: ['payment.completed'], effects: [] });
  });

  it('refunds when asked, once', () => {
    expect(given(created, captured, refundAsked)).toMatchObject({
      effects: ['refund:pay-1-001 refund'],
      closed: false,
    });
    expect(given(created, captured, refundAsked, refunded)).toMatchObject({
      emits: ['payment.completed', 'payment.refunded'],
      effects: [],
      counts: ['money:captured:GBP 1599', 'money:refunded:GBP 1599'],
    });
  });

  it('counts a payment that only its refund makes known as captured, too', () => {
    const ofSecond = ({ data, ...rest }: Fact): Fact => ({ ...rest, data: { ...data, paymentId: 'pay-1-002' } });
    const [asked, done] = [ofSecond(refundAsked), ofSecond(refunded)];
    expect(given(created, captured, asked, done).counts).toEqual([
      'money:captured:GBP 1599',
      'money:captured:GBP 1599',
      'money:refunded:GBP 1599',
    ]);
  });

  it('reports no refund of a payment that the gateway does not know', () => {
    expect(
      given(created, captured, refundAsked, fact(REFUND, { paymentId: 'pay-1-001', status: 'unknown' })).emits,
    ).toEqual(['payment.completed']);
  });
});
