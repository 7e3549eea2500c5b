import { describe, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { placeSampleOrder } from '#shared/stack/commands/sample-order.ts';
import { findProgram } from '#shared/stack/programs/programs.ts';
import { askPrometheus } from '#shared/stack/servers/ask-prometheus.ts';
import { startStack } from '#shared/stack/stack.ts';
import { eventually } from '#shared/testing/eventually.ts';
import type { AlertName } from './alert-catalogue.ts';

const prometheusRuns = (await findProgram('prometheus')) !== undefined;

/** The slowest alert looks at a minute and waits for half a minute more. */
const WITHIN_MS = 180_000;

/** A stack of its own, on which nothing fires yet. */
async function startDrill() {
  // The demo's deadline: the intake forgets an order after three of them.
  const env = { ORDER_TIMEOUT: '30s', ACK_WAIT: '1s', LOG_LEVEL: 'silent' };
  const stack = await startStack({ env, prometheus: true });
  const ask = (query: string) => askPrometheus(stack.prometheus?.url ?? '', query);
  const up = async () => (await ask('up == 1')).length;
  const firing = async () => new Set((await ask('ALERTS{alertstate="firing"}')).map(({ labels }) => labels.alertname));
  const quiet = async () => ((await firing()).size === 0 && (await up()) === stack.services.length) || undefined;
  await eventually(quiet, 'a quiet start', WITHIN_MS);
  return {
    stack,
    firing,
    order: (times: number) =>
      Promise.all(Array.from({ length: times }, () => placeSampleOrder(stack.orderUrl ?? '', pizzaFlow))),
    fires: (...alerts: AlertName[]) =>
      Promise.all(
        alerts.map((alert) =>
          eventually(async () => (await firing()).has(alert) || undefined, `${alert} to fire`, WITHIN_MS),
        ),
      ),
    allClear: () => eventually(async () => (await firing()).size === 0 || undefined, 'all alerts to clear', WITHIN_MS),
    [Symbol.asyncDispose]: () => stack.stop(),
  };
}

/**
 * Faults that are really made, and alerts that a real Prometheus really raises and takes back. At the same time, on two
 * stacks: nearly all of it is waiting for the rules' minutes to pass.
 */
describe.runIf(prometheusRuns)('a drill', { timeout: 3 * WITHIN_MS + 60_000, concurrent: true }, () => {
  it('without a chef: the service is down and orders time out; with the chef back it clears', async () => {
    await using drill = await startDrill();
    const chef = drill.stack.services.find(({ name }) => name === 'chef-service');
    chef?.signal('SIGSTOP');
    try {
      await drill.order(30);
      await drill.fires('ServiceDown', 'SloBurnDemo');
    } finally {
      chef?.signal('SIGCONT');
    }
    await drill.allClear();
  });

  it('with a store that does not answer: no data, orders overdue, consumers stalled; with the store back it clears', async ({
    expect,
  }) => {
    await using drill = await startDrill();
    drill.stack.redis.signal('SIGSTOP');
    try {
      await drill.order(3);
      await drill.fires('DependencyAway', 'NoData', 'OrderOverdue', 'ConsumerStalled');
      expect(await drill.firing()).not.toContain('ServiceDown');
    } finally {
      drill.stack.redis.signal('SIGCONT');
    }
    await drill.allClear();
  });
});
