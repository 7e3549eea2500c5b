import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { placeSampleOrder } from '#shared/stack/commands/sample-order.ts';
import { findProgram } from '#shared/stack/programs/programs.ts';
import { askPrometheus } from '#shared/stack/servers/ask-prometheus.ts';
import { type Stack, startStack } from '#shared/stack/stack.ts';
import { eventually } from '#shared/testing/eventually.ts';
import type { AlertName } from './alert-catalogue.ts';

const prometheusRuns = (await findProgram('prometheus')) !== undefined;

/** The slowest alert looks at a minute and waits for half a minute more. */
const WITHIN_MS = 180_000;

/** Faults that are really made, and alerts that a real Prometheus really raises and takes back. */
describe.runIf(prometheusRuns)('a drill', { timeout: 2 * WITHIN_MS + 60_000 }, () => {
  let stack: Stack;

  beforeAll(async () => {
    // The demo's deadline: the intake forgets an order after three of them.
    const env = { ORDER_TIMEOUT: '30s', ACK_WAIT: '1s', LOG_LEVEL: 'silent' };
    stack = await startStack({ env, prometheus: true });
    await eventually(
      async () => ((await firing()).size === 0 && (await up()) === stack.services.length) || undefined,
      'a quiet start',
      60_000,
    );
  });
  afterAll(() => stack?.stop());

  const ask = (query: string) => askPrometheus(stack.prometheus?.url ?? '', query);
  const up = async () => (await ask('up == 1')).length;
  const firing = async () => new Set((await ask('ALERTS{alertstate="firing"}')).map(({ labels }) => labels.alertname));
  const order = (times: number) =>
    Promise.all(Array.from({ length: times }, () => placeSampleOrder(stack.orderUrl ?? '', pizzaFlow)));

  const fires = (...alerts: AlertName[]) =>
    Promise.all(
      alerts.map((alert) =>
        eventually(async () => (await firing()).has(alert) || undefined, `${alert} to fire`, WITHIN_MS),
      ),
    );
  const allClear = () =>
    eventually(async () => (await firing()).size === 0 || undefined, 'all alerts to clear', WITHIN_MS);

  it('without a chef: the service is down and orders time out; with the chef back it clears', async () => {
    const chef = stack.services.find(({ name }) => name === 'chef-service');
    chef?.signal('SIGSTOP');
    try {
      await order(30);
      await fires('ServiceDown', 'SloBurnDemo');
    } finally {
      chef?.signal('SIGCONT');
    }
    await allClear();
  });

  it('with a store that does not answer: no data, orders overdue, consumers stalled; with the store back it clears', async () => {
    stack.redis.signal('SIGSTOP');
    try {
      await order(3);
      await fires('DependencyAway', 'NoData', 'OrderOverdue', 'ConsumerStalled');
      expect(await firing()).not.toContain('ServiceDown');
    } finally {
      stack.redis.signal('SIGCONT');
    }
    await allClear();
  });
});
