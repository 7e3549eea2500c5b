import { describe, expect, it } from 'vitest';
import { contractOf } from '#shared/contracts/flow.ts';
import { benchOf } from '#shared/testing/rules-bench.ts';
import { ORCHESTRATOR } from './contract.ts';
import { pattern } from './pattern.ts';
import { pattern as sequential } from './sequential/pattern.ts';

const { given, anEvent } = benchOf(pattern, ORCHESTRATOR);
const { given: inSequence } = benchOf(sequential, ORCHESTRATOR);
const created = anEvent('order.created', contractOf(pattern.flow, 'order.created').example);
const price = { amountCharged: 15.99, currency: 'GBP' };
const paid = anEvent('payment.completed', { paymentId: 'pay-1-001', ...price });
const paidTwice = anEvent('payment.completed', { paymentId: 'pay-1-002', ...price });
const declined = anEvent('payment.failed', { reason: 'insufficient-funds' });
const reserved = anEvent('inventory.reserved', { reservationId: 'inv-1-001' });
const expired = anEvent('inventory.expired', { reservationId: 'inv-1-001' });
const assigned = anEvent('chef.assigned', { chefId: 'chef-mario' });
const noChef = anEvent('chef.unavailable', { reason: 'all-chefs-busy' });
const ready = anEvent('kitchen.ready', {
  status: 'ready-for-preparation',
  correlationData: { paymentId: 'pay-1-001', reservationId: 'inv-1-001', chefId: 'chef-mario' },
});
const deadline = { now: 30 * 60_000, caughtUp: true };

const charge = 'payment.charge cust-789 15.99 GBP';
const reserve = 'inventory.reserve margherita extra-cheese olives large';
const assign = 'chef.assign margherita large';
const prepare = 'kitchen.prepare pay-1-001 inv-1-001 chef-mario';

describe('the orchestrator', () => {
  it('commands all three at once, with what each has to know of the order and no more', () => {
    const { published, events } = given(created);
    expect(published).toEqual([charge, reserve, assign]);
    expect(events.slice(1).map(({ causationId }) => causationId)).toEqual(Array(3).fill(created.id));
  });

  it('commands the kitchen once all have answered, and ends the order with its answer', () => {
    const before = given(created, assigned, reserved, paid);
    expect(before.published).toEqual([charge, reserve, assign, prepare]);
    expect(before.milestone).toBeUndefined();
    expect(before.tally).toMatchObject({ 'stage:created': 1, 'waiting:kitchen': 1 });
    const after = given(created, assigned, reserved, paid, ready);
    expect(after).toMatchObject({ milestone: { outcome: 'ready' }, isClosed: true, dueAt: undefined });
    expect(after.tally).toMatchObject({ 'stage:ready': 1, 'money:sold:GBP': 1599 });
    expect(after.tally).not.toHaveProperty('waiting:kitchen');
  });

  it('does not go back once the kitchen is commanded: no timeout, no refusal', () => {
    for (const late of [deadline, expired, declined])
      expect(given(created, assigned, reserved, paid, late).published.at(-1)).toBe(prepare);
  });

  it('cancels on the first refusal, compensates what was done, and what comes late', () => {
    expect(given(created, paid, noChef, reserved).published.slice(3)).toEqual([
      'order.cancelled chef-unavailable: all-chefs-busy',
      'payment.refund pay-1-001 order-cancelled',
      'inventory.release inv-1-001 late',
    ]);
  });

  it('times out what was commanded and not answered', () => {
    expect(given(created, paid, deadline).published.slice(3)).toEqual([
      'order.timeout payment.completed inventory.reserved chef.assigned not-all-events-received',
      'payment.refund pay-1-001 order-timeout',
    ]);
  });

  it('has a second payment refunded, before and after the kitchen answered', () => {
    const refund = 'payment.refund pay-1-002 conflict';
    expect(given(created, paid, paidTwice).published).toContain(refund);
    expect(given(created, paid, reserved, assigned, ready, paidTwice).published).toContain(refund);
  });

  it('takes answers that overtake the order, and then commands only what is open', () => {
    expect(given(paid, created).published).toEqual([reserve, assign]);
    expect(given(ready, assigned, reserved, paid, created).published).toEqual([]);
  });
});

describe('the orchestrator in sequence', () => {
  it('gives each command once the one before it is carried out', () => {
    expect(inSequence(created).published).toEqual([charge]);
    expect(inSequence(created, paid).published).toEqual([charge, reserve]);
    const { published, events } = inSequence(created, paid, reserved, assigned);
    expect(published).toEqual([charge, reserve, assign, prepare]);
    expect(events.find(({ type }) => type === 'inventory.reserve')?.causationId).toBe(paid.id);
  });

  it('begins nothing further after a refusal', () => {
    expect(inSequence(created, declined).published).toEqual([
      charge,
      'order.cancelled payment-failed: insufficient-funds',
    ]);
  });
});
