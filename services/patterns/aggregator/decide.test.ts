import { describe, expect, it } from 'vitest';
import { contractOf } from '#shared/contracts/flow.ts';
import { benchOf } from '#shared/testing/rules-bench.ts';
import { AGGREGATOR, CONFIRMED } from './contract.ts';
import { pattern } from './pattern.ts';

const { flow } = pattern;
const { given, rebuilt, anEvent } = benchOf(pattern, AGGREGATOR);
const kitchen = benchOf(pattern, 'kitchen-service');
const receipt = benchOf(pattern, 'receipt-service');

const example = (type: string, change: object = {}) =>
  anEvent(type, { ...contractOf(flow, type).example, orderId: '1', ...change });
const created = example('order.created');
const paid = example('payment.completed');
const paidTwice = example('payment.completed', { paymentId: 'pay-1-002' });
const reserved = example('inventory.reserved');
const assigned = example('chef.assigned');
const noChef = example('chef.unavailable');
const confirmed = example(CONFIRMED);
const types = (published: readonly string[]) => published.map((line) => line.split(' ')[0]);

describe('the aggregator', () => {
  it('says nothing until it has all parts, then one event with the data of all', () => {
    expect(given(created, assigned, paid).published).toEqual([]);
    const { events } = given(created, assigned, paid, reserved);
    expect(events.at(-1)).toMatchObject({ type: CONFIRMED, causationId: reserved.id, own: true });
    expect(events.at(-1)?.data).toEqual({ ...paid.data, ...reserved.data, ...assigned.data });
  });

  it('combines what the contracts describe: an unknown field is read, and goes no further', () => {
    const newer = { ...paid, data: { ...paid.data, addedByANewerVersion: 1 } };
    expect(given(created, assigned, newer, reserved).events.at(-1)?.data).not.toHaveProperty('addedByANewerVersion');
  });

  it('knows from its own event which parts it used', () => {
    const { state, tally } = rebuilt(created, paid, reserved, assigned, confirmed, paidTwice);
    expect(tally).toMatchObject({ 'stage:ready': 1, 'money:sold:GBP': 1599 });
    expect(state).toMatchObject({ resolution: { outcome: 'ready' } });
    expect(given(created, paid, reserved, assigned, paidTwice).published.at(-1)).toBe(
      'payment.refund pay-1-002 conflict',
    );
  });

  it('cancels, times out and has undone what was done, as any correlator', () => {
    expect(types(given(created, paid, noChef).published)).toEqual(['order.cancelled', 'payment.refund']);
    const deadline = { now: 30 * 60_000, caughtUp: true };
    expect(types(given(created, paid, deadline, assigned).published)).toEqual([
      'order.timeout',
      'payment.refund',
      'chef.release',
    ]);
  });
});

describe('the consumers of the combined event', () => {
  it('are a kitchen that makes the pizza on it, once', () => {
    expect(kitchen.given(confirmed, confirmed).published).toEqual([
      'kitchen.ready ready-for-preparation {"paymentId":"pay-xyz-789","reservationId":"res-456","chefId":"chef-mario"}',
    ]);
  });

  it('and a receipt, once', () => {
    expect(receipt.given(confirmed, confirmed).published).toEqual([
      'receipt.issued rec-1-001 Paid GBP 15.99, txn-001122. Your chef: Mario Rossi',
    ]);
  });

  it('know nobody but the aggregator', () => {
    for (const name of ['kitchen-service', 'receipt-service']) {
      const service = pattern.services.find((one) => one.name === name);
      expect(Object.keys(service?.reacts(flow) ?? {})).toEqual([CONFIRMED]);
    }
  });
});
