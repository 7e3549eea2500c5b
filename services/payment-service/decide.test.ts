import { describe, expect, it } from 'vitest';
import { anEvent, behaviourOf, createBench, type Happening } from '#shared/testing/rules-bench.ts';
import { paymentService } from './service.ts';
import type { PaymentState } from './state.ts';

const PATIENCE = 500;
const behaviour = behaviourOf<PaymentState>(paymentService, { PAYMENT_PENDING_AFTER: `${PATIENCE}ms` });
const { given, rebuilt, owedIn } = createBench(paymentService, behaviour);

const paymentId = 'pay-1-001';
const captured = { transactionId: 't', amount: 1_599, currency: 'GBP' };
const created = anEvent('order.created', { customerId: 'cust-1', totalAmount: 15.99, currency: 'GBP' });
const timeout = anEvent('order.timeout');
const cancelled = anEvent('order.cancelled', { reason: 'x' });
/** Learnt from the gateway. */
const pending = anEvent('gateway.pending');
const answered = (answer: object) => anEvent('gateway.answer', answer);
const charged = answered({ status: 'captured', ...captured });
const declined = answered({ status: 'declined', reason: 'insufficient-funds', errorCode: 'E001' });
const neverCharged = answered({ status: 'cancelled' });
const asked = (id = paymentId) => anEvent('payment.refund', { paymentId: id, reason: 'late' });
const refunded = (id = paymentId, answer: object = { status: 'refunded', ...captured }) =>
  anEvent('gateway.refund', { paymentId: id, ...answer }, { id: `refund-of-${id}` });
/** A second charge, which somebody else made in payment's name. */
const second = 'pay-1-002';

const initiated = `payment.initiated ${paymentId}`;
const completed = `payment.completed ${paymentId} approved 15.99 GBP t`;
const failed = 'payment.failed insufficient-funds E001';
const reported = `payment.refunded ${paymentId} refunded 15.99 GBP t`;

/** What it asks the gateway for. */
const asks = (...happened: Happening[]) =>
  given(...happened).effects.map((effect) => `${effect.id} ${(effect as { kind?: string }).kind}`);

describe('a charge', () => {
  it('is asked for until the gateway has answered', () => {
    expect(given({ now: 1_000 }, created)).toMatchObject({ published: [], dueAt: 1_000 + PATIENCE, isClosed: false });
    expect(given(created).effects).toEqual([
      {
        id: 'charge',
        kind: 'charge',
        charge: { orderId: '1', paymentId, customerId: 'cust-1', amount: 1_599, currency: 'GBP' },
      },
    ]);
    expect(asks(created, charged)).toEqual([]);
  });

  it('that is not answered in time is announced, once, and asked for again', () => {
    expect(given(created, pending).published).toEqual([initiated]);
    expect(asks(created, pending)).toEqual(['charge charge']);
    expect(given(created, pending, { now: 1_000 }, charged).published).toEqual([initiated, completed]);
  });

  it('is published as the gateway answered, in decimals, and counted in minor units', () => {
    expect(given(created, charged)).toMatchObject({
      published: [completed],
      tally: { 'money:captured:GBP': 1_599 },
      dueAt: undefined,
      isClosed: true,
    });
    expect(given(created, charged).events.at(-1)).toMatchObject({ type: 'payment.completed', causationId: created.id });
    expect(given(created, declined)).toMatchObject({ published: [failed], tally: {}, isClosed: true });
  });

  it('is not begun for an order that ended before', () => {
    for (const end of [cancelled, timeout]) {
      expect(given(end)).toMatchObject({ published: [], effects: [], isClosed: true });
      expect(given(end, created)).toMatchObject({ published: [], effects: [], tally: {}, isClosed: true });
    }
  });

  it('that is intended is made sure never to happen when the order ended meanwhile', () => {
    expect(given(created, cancelled).effects).toEqual([{ id: 'charge', kind: 'cancel', paymentId }]);
    expect(asks(created, pending, timeout)).toEqual(['charge cancel']);
    expect(given(created, cancelled, neverCharged)).toMatchObject({
      published: [],
      effects: [],
      tally: {},
      isClosed: true,
    });
  });

  it('that was made before the order ended is published: the kitchen has it undone', () => {
    expect(given(created, cancelled, charged)).toMatchObject({ published: [completed], effects: [] });
    expect(given(created, charged, cancelled)).toMatchObject({ published: [completed], effects: [] });
  });
});

describe('a refund', () => {
  it('is made when it is asked for, and reported once', () => {
    expect(asks(created, charged, asked())).toEqual([`refund:${paymentId} refund`]);
    expect(given(created, charged, asked())).toMatchObject({ published: [completed], isClosed: false });
    const result = given(created, charged, asked(), refunded(), { ...asked(), id: 'again' });
    expect(result).toMatchObject({
      published: [completed, reported],
      effects: [],
      tally: { 'money:captured:GBP': 1_599, 'money:refunded:GBP': 1_599 },
      isClosed: true,
    });
    expect(result.events.at(-1)).toMatchObject({ type: 'payment.refunded', causationId: asked().id });
  });

  it('that was asked for before the charge was known waits for its answer', () => {
    expect(asks(created, asked())).toEqual(['charge charge']);
    expect(asks(created, asked(), charged)).toEqual([`refund:${paymentId} refund`]);
  });

  it('of a payment that the gateway does not know is not reported, and rejected', () => {
    const unknown = given(created, charged, asked(), refunded(paymentId, { status: 'unknown' }));
    expect(unknown).toMatchObject({ published: [completed], tally: { 'money:captured:GBP': 1_599 }, isClosed: true });
    const { outcomeOf } = behaviour;
    expect(outcomeOf?.(given(created, charged).state, asked(), unknown.state)).toBe('rejected');
    const known = given(created, charged, asked(), refunded());
    expect(outcomeOf?.(given(created, charged).state, asked(), known.state)).toBe('ok');
  });

  it('of a second charge, which only that makes known, counts as captured, too', () => {
    expect(asks(created, charged, asked(second))).toEqual([`refund:${second} refund`]);
    expect(given(created, charged, asked(second), refunded(second))).toMatchObject({
      published: [completed, `payment.refunded ${second} refunded 15.99 GBP t`],
      tally: { 'money:captured:GBP': 3_198, 'money:refunded:GBP': 1_599 },
    });
    expect(given(created, charged, asked(second), refunded(second), asked(), refunded()).tally).toEqual({
      'money:captured:GBP': 3_198,
      'money:refunded:GBP': 3_198,
    });
  });

  it('of an order whose charge payment never heard of counts as captured, too', () => {
    expect(given(asked(), refunded()).tally).toEqual({ 'money:captured:GBP': 1_599, 'money:refunded:GBP': 1_599 });
  });
});

describe('a rebuild, which knows nothing of what was learnt', () => {
  const lives: [string, Happening[]][] = [
    ['a charge', [created, charged]],
    ['a charge that took long', [created, pending, charged]],
    ['a decline', [created, declined]],
    ['a charge and its refund', [created, charged, asked(), refunded()]],
    ['a refunded second charge', [created, charged, asked(second), refunded(second)]],
    ['an order that ended before', [cancelled, created]],
    ['a charge that the end overtook', [created, cancelled, charged, asked(), refunded()]],
  ];
  it.each(lives)('comes to the same, and owes nothing, after %s', (_, happened) => {
    const lived = given(...happened);
    const again = rebuilt(...lived.events.filter(({ type }) => !type.startsWith('gateway.')));
    const { tally, isClosed, dueAt } = again;
    expect({ tally, isClosed, dueAt }).toEqual({ tally: lived.tally, isClosed: lived.isClosed, dueAt: lived.dueAt });
    expect(owedIn(again.state)).toEqual([]);
  });

  it('asks the gateway again for what it had not answered: the same key has the same answer', () => {
    expect(owedIn(rebuilt(created).state)).toEqual(['charge']);
    expect(owedIn(rebuilt(...given(created, pending).events).state)).toEqual(['charge']);
    expect(owedIn(rebuilt(...given(created, charged).events, asked()).state)).toEqual([`refund:${paymentId}`]);
    // Where it had cancelled the charge it learns so again: nothing was published of that.
    expect(owedIn(rebuilt(created, cancelled).state)).toEqual(['charge']);
  });

  it('is not misled by a second charge in the stream: only its refund is payment’s', () => {
    const foreign = anEvent('payment.completed', {
      paymentId: second,
      status: 'approved',
      amountCharged: 15.99,
      currency: 'GBP',
      transactionId: 't2',
    });
    expect(owedIn(rebuilt(created, foreign).state)).toEqual(['charge']);
    expect(rebuilt(...given(created, charged).events, foreign).tally).toEqual({ 'money:captured:GBP': 1_599 });
    const lived = given(created, charged, asked(second), refunded(second));
    const { tally } = rebuilt(foreign, ...lived.events);
    expect(tally).toEqual({ 'money:captured:GBP': 3_198, 'money:refunded:GBP': 1_599 });
  });
});
