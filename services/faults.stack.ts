import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { subjectOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { placeSampleOrder } from '#shared/stack/commands/sample-order.ts';
import { type Stack, startStack } from '#shared/stack/stack.ts';
import { expectAtRest, moneyOf } from '#shared/testing/at-rest.ts';
import { eventually } from '#shared/testing/eventually.ts';
import type { RunningFlow } from '#shared/testing/flow-harness.ts';
import { readMetrics } from '#shared/testing/read-metrics.ts';
import { observeStack } from '#shared/testing/real-backend.ts';

const token = 'a-token-of-this-test';

/** Real services on real servers, with faults that are set while they run. */
describe('faults that are set at run time', () => {
  const { services } = choreography;
  let stack: Stack;
  let running: RunningFlow;

  beforeAll(async () => {
    stack = await startStack({
      // ACK_WAIT: copies are counted, so a machine that stalls must not have the broker deliver more of them.
      env: { ORDER_TIMEOUT: '10s', ACK_WAIT: '3s', GATEWAY_LATENCY: '0ms', LOG_LEVEL: 'error', CHAOS_TOKEN: token },
    });
    running = await observeStack(stack, pizzaFlow, services);
  });
  afterAll(async () => {
    await running?.[Symbol.asyncDispose]();
    await stack?.stop();
  });
  afterEach(() => everywhere('DELETE'));

  const ask = (adminUrl: string, method: string, faults?: object[], bearer = token) =>
    fetch(`${adminUrl}/faults`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, ...(faults && { 'content-type': 'application/json' }) },
      ...(faults && { body: JSON.stringify(faults) }),
    });
  async function everywhere(method: string, faults?: object[]): Promise<void> {
    for (const { adminUrl } of stack.services) expect((await ask(adminUrl, method, faults)).status).toBe(200);
  }
  const order = () => placeSampleOrder(stack.orderUrl ?? '', pizzaFlow);
  const sum = async (metric: string, labels: Record<string, string>) => {
    const each = await Promise.all(stack.services.map(({ adminUrl }) => readMetrics(adminUrl)));
    return each.reduce((total, exposition) => total + (exposition.sum(metric, labels) ?? 0), 0);
  };
  const duplicates = () => sum('pizza_event_processing_seconds_count', { outcome: 'duplicate' });
  const typesOf = async (orderId: string) => (await running.events(orderId)).map(({ type }) => type);

  it('every event twice: each copy reaches its consumers, and every order is decided and paid once', async () => {
    const before = await duplicates();
    await everywhere('PUT', [{ fault: 'duplicate' }]);
    const orders = await Promise.all(Array.from({ length: 10 }, order));
    for (const id of orders) await running.until('kitchen.ready', id);
    await running.rest();
    for (const id of orders) {
      const types = await typesOf(id);
      for (const type of ['order.created', 'payment.completed', 'kitchen.ready'])
        expect(
          types.filter((each) => each === type),
          `${type} of ${id}`,
        ).toHaveLength(2);
    }
    // order.created at four services, three contributions at the kitchen, at least.
    expect((await duplicates()) - before).toBeGreaterThanOrEqual(orders.length * 7);
    await expectAtRest(running, pizzaFlow, services, orders);
    const { captured, sold, refunded } = await moneyOf(running, orders);
    expect([captured, refunded]).toEqual([sold, 0]);
    expect(await sum('pizza_chaos_injected_total', { fault: 'duplicate', type: 'kitchen.ready' })).toBe(orders.length);
  });

  it('a payment held beyond the deadline is late: the order timed out, and the money goes back', async () => {
    await everywhere('PUT', [{ fault: 'delay', type: 'payment.completed', by: '14s' }]);
    const id = await order();
    await running.until('order.timeout', id);
    await running.until('payment.refunded', id);
    const types = await typesOf(id);
    expect(types.indexOf('order.timeout')).toBeLessThan(types.indexOf('payment.completed'));
    await expectAtRest(running, pizzaFlow, services, [id]);
    const { captured, refunded } = await moneyOf(running, [id]);
    expect([captured, refunded]).toEqual([1_599, 1_599]);
    expect(await sum('pizza_event_processing_seconds_count', { outcome: 'late' })).toBeGreaterThanOrEqual(1);
  });

  it('a gateway that charges and does not answer is asked again, and charges once', async () => {
    await everywhere('PUT', [{ fault: 'dependency-timeout', dependency: 'payment-gateway', applied: true }]);
    const id = await order();
    await running.until('kitchen.ready', id);
    await expectAtRest(running, pizzaFlow, services, [id]);
    expect(await moneyOf(running, [id])).toEqual({ captured: 1_599, sold: 1_599, refunded: 0 });
    expect(await sum('pizza_chaos_injected_total', { fault: 'dependency-timeout' })).toBe(1);
  });

  it('acknowledgements lost after the work was done, and events out of order: every order is decided once', async () => {
    await everywhere('PUT', [{ fault: 'drop' }, { fault: 'reorder', within: '300ms' }]);
    const orders = await Promise.all(Array.from({ length: 10 }, order));
    for (const id of orders) await running.until('kitchen.ready', id);
    await expectAtRest(running, pizzaFlow, services, orders);
    expect(await sum('pizza_chaos_injected_total', { fault: 'drop' })).toBeGreaterThanOrEqual(orders.length * 7);
  });

  it('a broken copy is a dead letter at each consumer, and holds up nothing', async () => {
    await everywhere('PUT', [{ fault: 'corrupt', type: 'chef.assigned' }]);
    const id = await order();
    const ready = async () => (await running.bus.read(subjectOf(pizzaFlow, 'kitchen.ready', id))).at(0);
    await eventually(ready, 'the kitchen to be ready with the order');
    await eventually(
      async () => ((await sum('pizza_dead_letters_total', {})) === 1 ? true : undefined),
      'one dead letter, at the kitchen',
    );
  });

  it('nobody sets a fault without the token', async () => {
    for (const { adminUrl } of stack.services)
      expect((await ask(adminUrl, 'PUT', [{ fault: 'drop' }], 'another-token')).status).toBe(401);
  });
});

it('a service that was given no token has no such route', async () => {
  await using stack = await startStack({ services: [{ name: 'chef-service' }], env: { LOG_LEVEL: 'error' } });
  const [chef] = stack.services;
  expect((await fetch(`${chef?.adminUrl}/faults`, { headers: { authorization: 'Bearer ' } })).status).toBe(404);
});
