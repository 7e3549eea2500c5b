import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { deadLetterSubject } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { type Stack, startStack } from '#shared/stack/stack.ts';
import { expectAtRest } from '#shared/testing/at-rest.ts';
import type { RunningFlow } from '#shared/testing/flow-harness.ts';
import { type OrderStream, startOrderStream } from '#shared/testing/order-stream.ts';
import { observeStack } from '#shared/testing/real-backend.ts';

/** Everything is restarted under a running stream of orders: no accepted order is lost, none ends twice, none times out. */
describe('under a running stream of orders', { timeout: 180_000 }, () => {
  const deaths: string[] = [];
  let stack: Stack;
  let orders: OrderStream;
  const { services } = choreography;

  beforeAll(async () => {
    stack = await startStack({
      env: { ORDER_TIMEOUT: '30m', ACK_WAIT: '2s', LOG_LEVEL: 'error' },
      onDeath: (sentence) => deaths.push(sentence),
    });
    orders = startOrderStream(stack.orderUrl ?? '', pizzaFlow);
  });
  afterAll(() => stack?.[Symbol.asyncDispose]());

  const serviceNamed = (name: string) => {
    const found = stack.services.find((service) => service.name === name);
    if (!found) throw new Error(`${name} is not running`);
    return found;
  };

  it.each(['SIGTERM', 'SIGKILL'] as const)('NATS is restarted by %s: intake recovers by itself', async (signal) => {
    await orders.more(20);
    await stack.nats.restart(signal);
    await orders.more(20);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('Redis is restarted by %s', async (signal) => {
    await orders.more(20);
    await stack.redis.restart(signal);
    await orders.more(20);
  });

  it.each(
    ['order-service', 'payment-service', 'inventory-service', 'chef-service', 'kitchen-service'].flatMap((name) => [
      [name, 'SIGTERM'] as const,
      [name, 'SIGKILL'] as const,
    ]),
  )('%s is restarted by %s', async (name, signal) => {
    await orders.more(20);
    await serviceNamed(name).restart(signal);
    await orders.more(20);
  });

  it('and then every accepted order is ready, exactly once, and everything balances', async () => {
    await orders.stop();
    expect(orders.accepted.size).toBeGreaterThan(400);
    await using running = await observeStack(stack, pizzaFlow, services);
    const accepted = [...orders.accepted];
    await expectAtRest(running, pizzaFlow, services, accepted);
    const { counters } = await running.counters('kitchen-service');
    expect(counters['stage:ready']).toBe(accepted.length);
    expect(deaths).toEqual([]);
    expect(await deadLetters(running)).toEqual([]);
  });

  async function deadLetters({ bus }: RunningFlow): Promise<string[]> {
    const subjects = services.flatMap(({ name, reacts }) =>
      Object.keys(reacts(pizzaFlow)).map((type) => deadLetterSubject(name, type)),
    );
    const found = await Promise.all(subjects.map((subject) => bus.read(subject)));
    return found.flat().map(({ headers }) => `${headers['dlq-reason']}: ${headers['dlq-error']}`);
  }
});
