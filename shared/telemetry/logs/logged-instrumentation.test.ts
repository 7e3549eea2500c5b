import { expect, test, vi } from 'vitest';
import { combineInstrumentation, type Milestone } from '#shared/kernel/instrumentation.ts';
import type { Delivery } from '#shared/messaging/subscriber.ts';
import { createLoggedInstrumentation } from './logged-instrumentation.ts';
import { createLogger } from './logger.ts';

const consumer = { service: 'kitchen-service', durable: 'd', type: 'payment.completed' };
const delivery = {
  subject: 'pizza.payment.completed.o-1',
  headers: { 'ce-id': 'payment-o-1-completed-001' },
  body: Buffer.from('{"card":"4111 1111"}'),
  sequence: 7,
  deliveryCount: 2,
} as unknown as Delivery;
const decided: Milestone = {
  outcome: 'ready',
  missing: [],
  reason: undefined,
  last: 'payment',
  contributions: [],
  startedBy: undefined,
  decidedBy: { id: 'e', type: 'payment.completed', data: { card: '4111 1111' }, occurredAt: 1, storedAt: 2 },
  sinceOrderedMs: 92,
  joinWaitMs: 80,
  slackMs: 29_000,
};

function logged(level = 'info') {
  const lines: Record<string, unknown>[] = [];
  const inner = { settled: vi.fn(), milestone: vi.fn() };
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const log = createLogger({ service: 's', level, destination });
  return { instrumentation: combineInstrumentation(inner, createLoggedInstrumentation(log)), inner, lines };
}

test('a decision is one line with what decided it and how long it took, and none of an event’s data', () => {
  const { instrumentation, inner, lines } = logged();
  instrumentation.milestone('o-1', decided);
  expect(lines).toEqual([
    {
      level: 30,
      time: expect.any(Number),
      service: 's',
      msg: 'order decided',
      order_id: 'o-1',
      decision: 'ready',
      last: 'payment',
      time_to_ready_ms: 92,
      join_wait_ms: 80,
      slack_ms: 29_000,
      event_id: 'e',
      type: 'payment.completed',
    },
  ]);
  expect(inner.milestone).toHaveBeenCalledWith('o-1', decided);
});

test('a timeout says what was missing, and no time to ready', () => {
  const { instrumentation, lines } = logged();
  const missing = ['chef', 'inventory'];
  const reason = 'not-all-events-received';
  instrumentation.milestone('o-1', { ...decided, outcome: 'timeout', missing, reason, decidedBy: undefined });
  expect(lines[0]).toMatchObject({ decision: 'timeout', missing: 'chef+inventory', reason, time_to_end_ms: 92 });
  expect(lines[0]).not.toHaveProperty('time_to_ready_ms');
});

test.each([
  ['dead_letter', 50],
  ['retry', 40],
  ['conflict', 40],
  ['late', 30],
  ['rejected', 30],
])('an event that ended as %s is a line of level %i with its order, id, type and reason', (outcome, level) => {
  const { instrumentation, inner, lines } = logged();
  instrumentation.settled(consumer, { outcome, delivery, reason: 'why', error: new Error('boom') });
  expect(lines).toEqual([
    expect.objectContaining({
      level,
      outcome,
      order_id: 'o-1',
      event_id: 'payment-o-1-completed-001',
      type: 'payment.completed',
      reason: 'why',
      delivery_count: 2,
    }),
  ]);
  expect(JSON.stringify(lines)).not.toContain('4111 1111');
  expect(inner.settled).toHaveBeenCalledOnce();
});

test.each(['ok', 'duplicate'])('an event that ended as %s is no line at info', (outcome) => {
  const { instrumentation, lines } = logged();
  instrumentation.settled(consumer, { outcome, delivery });
  expect(lines).toEqual([]);
});
