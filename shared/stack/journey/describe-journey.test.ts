import { expect, test } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { outcomeOf } from '#shared/messaging/order-history.ts';
import { describeJourney, journeySteps } from './describe-journey.ts';

const at = (ms: number) => new Date(Date.UTC(2026, 0, 13, 10) + ms).toISOString();
const event = (type: string, source: string, ms: number, causedBy?: string) => ({
  type,
  id: `${type}-1`,
  source,
  time: at(ms),
  ...(causedBy && { causedBy }),
});
const created = event('order.created', 'order-service', 0);
const paid = event('payment.completed', 'payment-service', 40, created.id);
const reserved = event('inventory.reserved', 'inventory-service', 55, created.id);
const assigned = event('chef.assigned', 'chef-service', 50, 'elsewhere-1');
const ready = event('kitchen.ready', 'kitchen-service', 92, assigned.id);

test('a journey tells what, who, when, since the last, why, and what the order still waited for', () => {
  expect(describeJourney(pizzaFlow, [created, paid, reserved, assigned, ready])).toEqual([
    '   after  since last  what                who                because of     still waits for',
    '   +0 ms       +0 ms  order.created       order-service                     chef, inventory, payment',
    '  +40 ms      +40 ms  payment.completed   payment-service    order.created  chef, inventory',
    '  +50 ms      +10 ms  chef.assigned       chef-service       elsewhere-1    inventory',
    '  +55 ms       +5 ms  inventory.reserved  inventory-service  order.created',
    '  +92 ms      +37 ms  kitchen.ready       kitchen-service    chef.assigned',
    'The order is ready after 92 ms.',
  ]);
});

test('by time, whatever the order of the stream: no step is before the one above it', () => {
  const steps = journeySteps(pizzaFlow, [paid, created, ready, reserved, assigned]);
  expect(steps.map(({ type }) => type)).toEqual([created, paid, assigned, reserved, ready].map(({ type }) => type));
  expect(steps.map(({ sinceFirstMs }) => sinceFirstMs)).toEqual([0, 40, 50, 55, 92]);
  for (const { sinceLastMs } of steps) expect(sinceLastMs).toBeGreaterThanOrEqual(0);
});

test('no event is shown before its cause, however wrong a clock is', () => {
  const early = event('kitchen.ready', 'kitchen-service', 39, paid.id);
  const steps = journeySteps(pizzaFlow, [created, paid, early]);
  expect(steps.map(({ type }) => type)).toEqual([created.type, paid.type, early.type]);
  expect(steps.map(({ sinceFirstMs }) => sinceFirstMs)).toEqual([0, 40, 40]);
});

test('events of one moment stay in the order of the stream', () => {
  const same = event('payment.completed', 'payment-service', 0, created.id);
  expect(journeySteps(pizzaFlow, [created, same]).map(({ type }) => type)).toEqual([created.type, same.type]);
});

test('a journey that has not ended names what is missing', () => {
  expect(describeJourney(pizzaFlow, [created, paid, reserved]).at(-1)).toBe(
    'The order is waiting; missing: chef.assigned.',
  );
});

test('once it is decided an order waits for nothing, and nothing after decides it again', () => {
  const timeout = event('order.timeout', 'kitchen-service', 30_000, created.id);
  const late = event('chef.assigned', 'chef-service', 31_000, created.id);
  const second = event('kitchen.ready', 'kitchen-service', 32_000, late.id);
  const steps = journeySteps(pizzaFlow, [created, paid, timeout, late, second]);
  expect(steps.map(({ waitedFor }) => waitedFor.length)).toEqual([3, 2, 0, 0, 0]);
  expect(outcomeOf(pizzaFlow, steps)).toMatchObject({ status: 'timeout', event: { sinceFirstMs: 30_000 } });
});
