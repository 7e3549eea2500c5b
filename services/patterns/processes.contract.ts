import { expect } from 'vitest';
import { countingCorrelatorOf } from '#shared/contracts/flow.ts';
import { followOrder, placeSampleOrder } from '#shared/stack/commands/sample-order.ts';
import { startStack } from '#shared/stack/stack.ts';
import { readMetrics } from '#shared/testing/read-metrics.ts';

/** A wiring as `npm start` runs it: processes, each with the rights that follow from its declaration, and orders over HTTP. */
export async function makesAndCancels(PATTERN: string): Promise<void> {
  const deaths: string[] = [];
  const env = { PATTERN, ORDER_TIMEOUT: '60s', LOG_LEVEL: 'error', GATEWAY_LATENCY: '0ms' };
  await using stack = await startStack({ env, onDeath: (sentence) => deaths.push(sentence) });
  const { orderUrl = '', pattern, services } = stack;
  const { flow } = pattern;
  const end = { flow, withinMs: 30_000, signal: AbortSignal.timeout(60_000) };
  const made = await placeSampleOrder(orderUrl, flow);
  const refused = await placeSampleOrder(orderUrl, flow, { pizzaType: 'pizza-fritta' });
  expect(await followOrder(orderUrl, made, end)).toMatchObject({ status: 'ready' });
  expect(await followOrder(orderUrl, refused, end)).toMatchObject({ status: 'cancelled' });
  expect(deaths).toEqual([]);
  const correlator = countingCorrelatorOf(flow);
  if (!correlator) return;
  const { sum } = await readMetrics(services.find(({ name }) => name === correlator)?.adminUrl ?? '');
  for (const stage of ['ready', 'cancelled']) expect(sum('pizza_order_stage_total', { stage }), stage).toBe(1);
}
