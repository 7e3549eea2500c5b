import { afterEach, expect, test } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { placeSampleOrder } from '#shared/stack/commands/sample-order.ts';
import { type Stack, startStack } from '#shared/stack/stack.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { readMetrics } from '#shared/testing/read-metrics.ts';

/** The drain's own deadline is 10 s; the rest is for the process to end. */
const ENDED_WITHIN_MS = 60_000;
const DAY_MS = 86_400_000;

let stack: Stack | undefined;
afterEach(() => stack?.stop());

/** Payment is told to end while it charges for an order; its last words. */
async function endWhileCharging(meanMs: number, before: (stack: Stack) => void = () => {}): Promise<string> {
  let lastWords: string | undefined;
  stack = await startStack({
    env: { GATEWAY_LATENCY: `${meanMs}ms`, PAYMENT_PENDING_AFTER: `${2 * meanMs}ms` },
    services: [{ name: 'order-service' }, { name: 'payment-service' }],
    onDeath: (sentence) => {
      lastWords ??= sentence;
    },
  });
  const payment = stack.services.find(({ name }) => name === 'payment-service');
  if (!payment) throw new Error('payment-service does not run');
  await placeSampleOrder(stack.orderUrl ?? '', pizzaFlow);
  // What is recorded is being charged for; a message not yet begun would be given back at once.
  await eventually(async () => (await recorded(payment.adminUrl)) || undefined, 'payment to charge');
  before(stack);
  payment.signal('SIGTERM');
  return eventually(async () => lastWords, 'payment-service to end', ENDED_WITHIN_MS);
}

const recorded = async (adminUrl: string) =>
  (await readMetrics(adminUrl)).sum('pizza_store_seconds_count', { operation: 'commit' });

test('at SIGTERM a service finishes what is under way, and exits with 0', async () => {
  const lastWords = await endWhileCharging(500);
  expect(lastWords).toContain('exited with code 0');
  expect(lastWords).toContain('"msg":"stopped"');
});

test('a frozen NATS and Redis do not hold it up', async () => {
  const lastWords = await endWhileCharging(500, ({ nats, redis }) => {
    for (const server of [nats, redis]) server.signal('SIGSTOP');
  });
  expect(lastWords).toContain('exited with code 0');
});

test('what takes longer than the deadline is given up: it says so, and exits with 1', async () => {
  const lastWords = await endWhileCharging(DAY_MS);
  expect(lastWords).toContain('exited with code 1');
  expect(lastWords).toContain('not drained within 10000 ms');
});
