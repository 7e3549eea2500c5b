import { describe, expect, it } from 'vitest';
import { contractOf } from '#shared/contracts/flow.ts';
import { benchOf } from '#shared/testing/rules-bench.ts';
import { pattern } from './pattern.ts';

const { flow } = pattern;
const payment = benchOf(pattern, 'payment-service');
const inventory = benchOf(pattern, 'inventory-service');
const chef = benchOf(pattern, 'chef-service');
const kitchen = benchOf(pattern, 'kitchen-service');
const { anEvent } = kitchen;

const order = { ...contractOf(flow, flow.start).example, orderId: '1' };
const money = { paymentId: 'pay-1-001', status: 'approved', amountCharged: 15.99, transactionId: 'txn-1' };
const paid = anEvent('payment.completed', { ...order, ...money });
const stock = {
  reservationId: 'inv-1-001',
  ingredientsReserved: [{ ingredient: 'cheese', quantity: 200, unit: 'grams' }],
  expiresAt: '1970-01-01T01:00:00.000Z',
};
const reserved = anEvent('inventory.reserved', { ...paid.data, ...stock });
const dataOf = ({ events }: ReturnType<typeof kitchen.given>, type: string) =>
  events.find((event) => event.type === type)?.data;

describe('a link of the chain', () => {
  it('begins with the event of the one before it, and forwards all that it carried', () => {
    expect(dataOf(inventory.given(paid), 'inventory.reserved')).toMatchObject({ ...order, ...money });
    expect(dataOf(chef.given(reserved), 'chef.assigned')).toMatchObject({ ...order, ...money, ...stock });
  });

  it('forwards what the contracts describe: an unknown field is read, and goes no further', () => {
    const newer = { ...paid, data: { ...paid.data, addedByANewerVersion: 1 } };
    expect(dataOf(inventory.given(newer), 'inventory.reserved')).not.toHaveProperty('addedByANewerVersion');
  });

  it('forwards with a refusal, too: the kitchen has nothing else to undo by', () => {
    const soldOut = inventory.given({ insufficient: ['cheese'] }, paid);
    expect(dataOf(soldOut, 'inventory.unavailable')).toMatchObject({ ...money, missing: ['cheese'] });
    const ranOut = inventory.given(paid, { now: 3_600_000, caughtUp: true });
    expect(dataOf(ranOut, 'inventory.expired')).toMatchObject(money);
  });

  it('keeps what it forwards of the first event, and says nothing of a second payment', () => {
    const paidTwice = anEvent('payment.completed', { ...order, ...money, paymentId: 'pay-1-002' });
    const { published } = inventory.given(paid, paidTwice);
    expect(published).toHaveLength(1);
    const ranOut = inventory.given(paid, paidTwice, { now: 3_600_000, caughtUp: true });
    expect(dataOf(ranOut, 'inventory.expired')).toMatchObject(money);
  });

  it('forwards nothing where nobody reads on', () => {
    const cancelled = inventory.given(
      paid,
      anEvent('inventory.release', { reservationId: 'inv-1-001', reason: 'late' }),
    );
    expect(Object.keys(dataOf(cancelled, 'inventory.released') ?? {})).toEqual(['orderId', 'reservationId', 'reason']);
  });

  it('owns what it forwards: the contract of the last link has the fields of all before it', () => {
    const fields = Object.keys(contractOf(flow, 'chef.assigned').example);
    for (const type of ['order.created', 'payment.completed', 'inventory.reserved'])
      expect(fields).toEqual(expect.arrayContaining(Object.keys(contractOf(flow, type).example)));
  });

  it('is where the order begins for payment, which forwards the order', () => {
    const answer = { status: 'captured', transactionId: 'txn-1', amount: 1599, currency: 'GBP' };
    const { published } = payment.given(anEvent(flow.start, order), anEvent('gateway.answer', answer));
    expect(published[0]).toContain('cust-789 margherita extra-cheese olives large 15.99 GBP pay-1-001 approved');
  });
});

describe('the kitchen at the end of the chain', () => {
  const assigned = anEvent('chef.assigned', { ...reserved.data, chefId: 'chef-mario' });
  const noChef = anEvent('chef.unavailable', { ...reserved.data, reason: 'all-chefs-busy' });
  const ranOut = anEvent('inventory.expired', { ...paid.data, reservationId: 'inv-1-001' });

  it('is ready by one event, out of whose data it takes the three ids', () => {
    const { published, tally } = kitchen.given(assigned);
    expect(published).toEqual([
      'kitchen.ready ready-for-preparation {"paymentId":"pay-1-001","reservationId":"inv-1-001","chefId":"chef-mario"}',
    ]);
    expect(tally).toMatchObject({ 'stage:paid': 1, 'stage:reserved': 1, 'stage:ready': 1, 'money:sold:GBP': 1599 });
  });

  it('cancels by one event, and has undone what that one names', () => {
    expect(kitchen.given(noChef).published).toEqual([
      'order.cancelled chef-unavailable: all-chefs-busy',
      'payment.refund pay-1-001 order-cancelled',
      'inventory.release inv-1-001 order-cancelled',
    ]);
  });

  it('cancels when the reservation ran out, and has a chef released who is assigned late', () => {
    expect(kitchen.given(ranOut, assigned).published).toEqual([
      'order.cancelled inventory-expired: ran-out-before-ready',
      'payment.refund pay-1-001 order-cancelled',
      'inventory.release inv-1-001 order-cancelled',
      'chef.release chef-mario late',
    ]);
  });

  it('never waits: there is no deadline to judge', () => {
    for (const event of [assigned, noChef, ranOut]) expect(kitchen.given(event).dueAt).toBeUndefined();
  });
});
