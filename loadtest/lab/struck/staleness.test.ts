import { expect, it } from 'vitest';
import { flow } from '#services/patterns/state-transfer/contract.ts';
import { contractOf } from '#shared/contracts/flow.ts';
import { buildEvent, toWire } from '#shared/messaging/build-event.ts';
import { agesIn, stalenessOf } from './staleness.ts';

function stored(type: string, sequence: number, storedAt: number, change: Record<string, unknown> = {}) {
  const data = { ...contractOf(flow, type).example, ...change };
  const draft = { type, data };
  const { owner: source } = contractOf(flow, type);
  const event = buildEvent(flow, draft, { orderId: '12345', source, now: storedAt });
  const { body, ...message } = toWire(flow, event);
  return { ...message, body: Buffer.from(body), sequence, storedAt };
}
const accepted = (storedAt: number, stockSequence: number, slotsSequence: number) =>
  stored('order.accepted', 10, storedAt, { stockSequence, slotsSequence });

const stock = stored('inventory.counted', 4, 1_000);
const slots = stored('chef.counted', 5, 1_030);

it('a decision is as stale as the oldest of its copies', () => {
  expect(agesIn([stock, slots, accepted(1_050, 4, 5)])).toEqual(new Map([['12345', 50]]));
});

it('a copy that nobody has told yet has no age', () => {
  expect(agesIn([stock, slots, accepted(1_050, 0, 5)])).toEqual(new Map([['12345', 20]]));
  expect(agesIn([stock, slots, accepted(1_050, 0, 0)])).toEqual(new Map());
});

it('an event that names no copy is no decision on one', () => {
  expect(agesIn([stock, slots, stored('order.created', 6, 1_040, { totalAmount: 4 })])).toEqual(new Map());
});

it('staleness is a figure only where orders were decided on copies', () => {
  expect(stalenessOf([])).toEqual({});
  expect(stalenessOf([10, 30, 20])).toEqual({ 'staleness-p50-ms': 20, 'staleness-p99-ms': 30 });
});
