import { expect, test } from 'vitest';
import { contractOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { buildEvent, toWire } from '#shared/messaging/build-event.ts';
import type { StoredMessage } from '#shared/messaging/stream-reader.ts';
import { journeyOf } from './read-journey.ts';

const trace = (digit: string) => `00-${digit.repeat(32)}-b7ad6b7169203331-01`;

function stored(type: string, sequence: number, traceparent?: string): StoredMessage {
  const { example, owner } = contractOf(pizzaFlow, type);
  const data = { ...example, orderId: '1' };
  const causationId = sequence > 1 ? 'order-1-created-001' : undefined;
  const context = { orderId: '1', source: owner, now: sequence * 1_000, causationId, traceparent };
  const { subject, headers, body } = toWire(pizzaFlow, buildEvent(pizzaFlow, { type, data }, context));
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { subject, headers: lower, body: Buffer.from(body), sequence, storedAt: sequence * 1_000 };
}

test('the messages of an order become its events with their causes, its status and its traces', () => {
  const messages = [
    stored('order.created', 1, trace('a')),
    stored('payment.completed', 2, trace('a')),
    stored('order.timeout', 3, trace('b')),
  ];
  const journey = journeyOf(pizzaFlow, '1', messages);
  expect(journey).toMatchObject({ orderId: '1', status: 'timeout', unreadable: [] });
  expect(journey.traceIds).toEqual(['a'.repeat(32), 'b'.repeat(32)]);
  expect(journey.events[1]).toMatchObject({
    type: 'payment.completed',
    source: 'payment-service',
    causedBy: 'order-1-created-001',
    causedByType: 'order.created',
    sinceFirstMs: 1_000,
    sinceLastMs: 1_000,
    waitedFor: ['chef', 'inventory'],
    traceId: 'a'.repeat(32),
  });
});

test('a redelivered copy appears once; what is no event is told beside', () => {
  const bad = { ...stored('chef.assigned', 3), body: Buffer.from('{}') };
  const journey = journeyOf(pizzaFlow, '1', [stored('order.created', 1), stored('order.created', 2), bad]);
  expect(journey).toMatchObject({ status: 'waiting', traceIds: [] });
  expect(journey.events).toHaveLength(1);
  expect(journey.unreadable).toEqual([{ sequence: 3, subject: 'pizza.chef.assigned.1', reason: expect.any(String) }]);
});
