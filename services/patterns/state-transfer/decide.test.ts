import { describe, expect, it } from 'vitest';
import { par } from '#services/inventory-service/menu.ts';
import { contractOf } from '#shared/contracts/flow.ts';
import type { ReceivedEvent } from '#shared/messaging/read-event.ts';
import { benchOf } from '#shared/testing/rules-bench.ts';
import { ACCEPTANCE, ACCEPTED, CREDIT, SLOTS, STOCK } from './contract.ts';
import { createCopies } from './copies.ts';
import { pattern } from './pattern.ts';

const { flow } = pattern;
const acceptance = benchOf(pattern, ACCEPTANCE);
const payment = benchOf(pattern, 'payment-service');
const inventory = benchOf(pattern, 'inventory-service');
const chef = benchOf(pattern, 'chef-service');
const { anEvent } = acceptance;

const example = (type: string, change: object = {}) =>
  anEvent(type, { ...contractOf(flow, type).example, orderId: '1', ...change });
const created = example('order.created');
const accepted = example(ACCEPTED, { chefId: 'chef-luca' });
const learnt = (type: string, data: object) => ({ ...anEvent(type), data: { ...data } });
const lookedUp = (change: object = {}) =>
  learnt('copies.looked-up', { missing: [], busy: [], stockSequence: 7, slotsSequence: 8, ...change });

describe('the acceptance', () => {
  it('looks an order up in its copies, and accepts it at once: with the order, what is to be done, and the copies', () => {
    expect(acceptance.given(created)).toMatchObject({
      published: [],
      effects: [{ id: 'look-up', order: created.data }],
    });
    const { events, isClosed, tally } = acceptance.given(created, lookedUp());
    expect(events.at(-1)).toMatchObject({ type: ACCEPTED, causationId: created.id });
    expect(events.at(-1)?.data).toEqual({
      ...created.data,
      ...{ paymentId: 'pay-1-001', reservationId: 'inv-1-001', chefId: expect.stringMatching(/^chef-/) },
      ...{ stockSequence: 7, slotsSequence: 8 },
    });
    expect(isClosed).toBe(true);
    expect(tally).toMatchObject({ 'stage:created': 1, 'stage:ready': 1 });
  });

  it.each([
    ['ingredients', { missing: ['cheese'] }, 'inventory-unavailable: out-of-stock'],
    ['chefs', { busy: ['chef-mario', 'chef-giulia', 'chef-luca', 'chef-sofia'] }, 'chef-unavailable: all-chefs-busy'],
    [
      'credit',
      { credit: { creditLimit: 10, validUntil: '1970-01-01T00:01:00.000Z' } },
      'payment-failed: over-the-credit-limit',
    ],
  ])('refuses an order at once for which its copies have too few %s', (_what, change, reason) => {
    expect(acceptance.given(created, lookedUp(change)).published).toEqual([`order.cancelled ${reason}`]);
  });

  it('trusts a customer again when the credit limit is no longer valid', () => {
    const credit = { creditLimit: 10, validUntil: '1970-01-01T00:01:00.000Z' };
    const { events } = acceptance.given({ now: 60_000 }, created, lookedUp({ credit }));
    expect(events.at(-1)?.type).toBe(ACCEPTED);
  });

  it('lets it be when an owner cannot keep what was accepted, and has a second payment refunded', () => {
    const soldOut = example('inventory.unavailable');
    const paid = example('payment.completed', { paymentId: 'pay-1-001' });
    const twice = example('payment.completed', { paymentId: 'pay-1-002' });
    const { published, tally, outcome } = acceptance.given(created, lookedUp(), paid, soldOut, twice);
    expect(published.slice(1)).toEqual(['payment.refund pay-1-002 conflict']);
    expect(tally).toMatchObject({ 'stage:ready': 1, 'money:sold:GBP': 1599 });
    expect(outcome).toBe('conflict');
    expect(acceptance.given(created, lookedUp(), paid).outcome).toBe('ok');
    expect(acceptance.given(created, lookedUp(), soldOut).outcome).toBe('late');
  });
});

describe('the owners', () => {
  it('reconcile what was accepted, then tell their levels, once', () => {
    const counted = learnt('announcement.learnt', { stock: { cheese: 3 } });
    expect(inventory.given(accepted).effects).toMatchObject([{ id: 'announcement.learnt' }]);
    const { published, events } = inventory.given(accepted, counted, accepted);
    expect(published.map((line) => line.split(' ')[0])).toEqual(['inventory.reserved', STOCK]);
    expect(events.at(-1)).toMatchObject({ data: { orderId: '1', stock: { cheese: 3 } }, causationId: accepted.id });
  });

  it('tell them of a refused order, too: else a copy that refuses every order would never be corrected', () => {
    expect(inventory.given(example('order.cancelled')).effects).toMatchObject([{ id: 'announcement.learnt' }]);
    expect(chef.given(example('order.cancelled')).effects).toMatchObject([{ id: 'announcement.learnt' }]);
  });

  it('report what was oversold', () => {
    const [report] = inventory.given({ insufficient: ['cheese'] }, accepted).published;
    expect(report).toBe('inventory.unavailable out-of-stock cheese');
  });

  it('assign the chef that was accepted, or none', () => {
    expect(chef.given(accepted).published[0]).toMatch(/^chef\.assigned chef-luca /);
    expect(chef.given({ insufficient: ['chef-luca'] }, accepted).published).toEqual([
      'chef.unavailable all-chefs-busy',
    ]);
  });

  it('count the free slots once the pizza is made, when the chef is free again', () => {
    expect(chef.given(accepted).effects).toEqual([]);
    const made = example('kitchen.ready');
    expect(chef.given(accepted, made).effects).toMatchObject([{ id: 'announcement.learnt' }]);
  });

  it('tell of a customer without credit after a decline alone', () => {
    const declined = learnt('gateway.answer', { status: 'declined', reason: 'card-expired', errorCode: 'E002' });
    const captured = learnt('gateway.answer', {
      status: 'captured',
      transactionId: 't',
      amount: 1599,
      currency: 'GBP',
    });
    expect(payment.given(accepted, captured).effects).toEqual([]);
    const { published, effects } = payment.given(accepted, declined);
    expect(published).toEqual(['payment.failed card-expired E002']);
    expect(effects).toMatchObject([{ id: 'announcement.learnt' }]);
  });
});

describe('the copies', () => {
  const order = { customerId: 'cust-1', pizzaType: 'margherita', toppings: [], size: 'small' } as const;
  const told = (type: string, seconds: number, sequence: number, data: object) =>
    ({ type, sequence, event: { data, time: new Date(seconds * 1_000).toISOString() } }) as ReceivedEvent;

  it('are what is configured until an owner tells its levels', () => {
    expect(createCopies().lookUp(order)).toEqual({ missing: [], busy: [], stockSequence: 0, slotsSequence: 0 });
    expect(createCopies().lookUp({ ...order, toppings: ['truffle'] }).missing).toEqual(['truffle']);
  });

  it('follow the latest count, in whatever order counts come, and name the event', () => {
    const copies = createCopies();
    copies.apply(told(STOCK, 2, 12, { stock: { ...par, 'dough-small': 0 } }));
    copies.apply(told(STOCK, 1, 14, { stock: par }));
    copies.apply(told(SLOTS, 1, 13, { freeSlots: { 'chef-mario': 0, 'chef-luca': 1 } }));
    expect(copies.lookUp(order)).toEqual({
      ...{ missing: ['dough-small'], busy: ['chef-mario'], stockSequence: 12, slotsSequence: 13 },
    });
  });

  it('know the credit of each customer that payment told of', () => {
    const copies = createCopies();
    const credit = { creditLimit: 0, validUntil: '1970-01-01T00:01:00.000Z' };
    copies.apply(told(CREDIT, 1, 12, { orderId: '1', customerId: 'cust-1', ...credit }));
    expect(copies.lookUp(order).credit).toEqual(credit);
    expect(copies.lookUp({ ...order, customerId: 'cust-2' })).not.toHaveProperty('credit');
  });
});
