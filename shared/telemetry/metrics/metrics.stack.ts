import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { subjectOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { placeSampleOrder } from '#shared/stack/commands/sample-order.ts';
import { findProgram } from '#shared/stack/programs/programs.ts';
import { askPrometheus } from '#shared/stack/servers/ask-prometheus.ts';
import { type Stack, startStack } from '#shared/stack/stack.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { twoKitchens } from '#shared/testing/fixtures/two-kitchens.ts';
import type { RunningFlow } from '#shared/testing/flow-harness.ts';
import { type Exposition, readMetrics } from '#shared/testing/read-metrics.ts';
import { observeStack } from '#shared/testing/real-backend.ts';
import type { MetricDefinition } from './metric-definition.ts';
import { metrics } from './metrics.ts';

const prometheusRuns = (await findProgram('prometheus')) !== undefined;

/** Nothing of it happens in the scripted run, or it is over when the run is at rest. */
const MAY_BE_ZERO: MetricDefinition[] = [
  metrics.ordersWaiting,
  metrics.oldestWaiting,
  metrics.moneyHeld,
  metrics.eventsInFlight,
  metrics.chaosInjected,
  metrics.sweeperLag,
  metrics.consumerPending,
  metrics.consumerAckPending,
  metrics.consumerRedelivered,
  metrics.scrapeErrors,
  // A share of limits that the run does not come near.
  metrics.streamFill,
  metrics.implausibleDurations,
  // Nothing is lost in this run.
  metrics.rebuildRunning,
  metrics.rebuilds,
  metrics.rebuildSeconds,
  metrics.spansLost,
];

/** Every outcome is lived once by real services, two kitchens among them; then it is looked at what the metrics say of it. */
describe('after a run of every outcome', () => {
  let stack: Stack;
  let running: RunningFlow;

  beforeAll(async () => {
    stack = await startStack({
      env: { ORDER_TIMEOUT: '10s', ACK_WAIT: '3s', LOG_LEVEL: 'error' },
      services: twoKitchens,
      prometheus: prometheusRuns,
    });
    running = await observeStack(stack, pizzaFlow, choreography.services);
    await liveEveryOutcome();
  });
  afterAll(async () => {
    await running?.[Symbol.asyncDispose]();
    await stack?.[Symbol.asyncDispose]();
  });

  const order = (change = {}) => placeSampleOrder(stack.orderUrl ?? '', pizzaFlow, change);

  async function liveEveryOutcome(): Promise<void> {
    const happy = await order();
    await running.until('kitchen.ready', happy);
    await running.publish('payment.completed', happy, undefined, { again: true });
    const cancelled = [{ customerId: 'cust-declined' }, { pizzaType: 'tartufo' }, { pizzaType: 'pizza-fritta' }];
    for (const change of cancelled) await running.until('order.cancelled', await order(change));
    await running.publish('inventory.reserved', 'late');
    await running.publish('inventory.reserved', 'late', undefined, { again: true });
    await running.until('order.timeout', 'late');
    await running.publish('chef.assigned', 'late');
    await running.bus.publish({
      subject: subjectOf(pizzaFlow, 'payment.failed', 'bad'),
      headers: {},
      body: 'no event',
    });
    await running.rest();
  }

  const processes = (name: string) => stack.services.filter((service) => service.name === name);
  const kitchens = () => Promise.all(processes('kitchen-service').map(({ adminUrl }) => readMetrics(adminUrl)));
  const settled = <T>(ask: () => Promise<T | undefined | false>, what: string) =>
    eventually(async () => (await ask()) || undefined, what, 60_000);

  it('both kitchens tell the same totals, and they balance', async () => {
    // A reading is kept for half a second: wait for the last thing that the run did.
    const late = { kind: 'chef.release', reason: 'late' };
    const isOver = (k: Exposition) =>
      k.sum('pizza_orders_waiting') === 0 && (k.sum('pizza_compensations_total', late) ?? 0) > 0;
    await settled(async () => (await kitchens()).every(isOver), 'the end of the run in both kitchens');
    for (const kitchen of await kitchens()) {
      const resolved = (outcome: string) => kitchen.sum('pizza_orders_resolved_total', { outcome });
      expect([resolved('ready'), resolved('cancelled'), resolved('timeout')]).toEqual([1, 3, 1]);
      expect(kitchen.sum('pizza_order_stage_total', { stage: 'created' })).toBe(5);
      expect(kitchen.sum('pizza_orders_resolved_total', { missing: 'chef+payment' })).toBe(1);
      expect(kitchen.sum('pizza_orders_resolved_total', { reason: 'inventory-unavailable' })).toBe(1);
      expect(kitchen.sum('pizza_compensations_total', { kind: 'inventory.release', reason: 'order-timeout' })).toBe(1);
    }
  });

  it('captured is sold, refunded or held', async () => {
    const [payment] = processes('payment-service');
    await settled(async () => {
      const ledger = await readMetrics(payment?.adminUrl ?? '');
      const [kitchen] = await kitchens();
      const money = (flow: string) => (flow === 'sold' ? kitchen : ledger)?.sum('pizza_money_total', { flow });
      const held = kitchen?.sum('pizza_money_held');
      const [captured, sold, refunded] = ['captured', 'sold', 'refunded'].map((flow) => money(flow) ?? Number.NaN);
      return sold === 1_599 && refunded && held === 0 && captured === sold + refunded + held;
    }, 'balanced money');
  });

  it('each way in which an event can end was counted by some kitchen', async () => {
    // What the broker says is kept for half a second, too.
    const both = await settled(async () => {
      const read = await kitchens();
      return read.every((kitchen) => kitchen.sum('pizza_dead_letters_pending') === 1) && read;
    }, 'the one dead letter in both kitchens');
    const count = (name: string, labels: Record<string, string>) =>
      both.reduce((total, kitchen) => total + (kitchen.sum(name, labels) ?? 0), 0);
    for (const outcome of ['ok', 'duplicate', 'late', 'invalid'])
      expect(count('pizza_event_processing_seconds_count', { outcome }), outcome).toBeGreaterThan(0);
    expect(count('pizza_event_failures_total', { reason: 'not-a-cloudevent' })).toBe(1);
    expect(count('pizza_dead_letters_total', {})).toBe(1);
    expect(count('pizza_order_time_to_ready_seconds_count', {})).toBe(1);
  });

  it.runIf(prometheusRuns)(
    'Prometheus has every metric of the catalogue, with a value where something happened',
    async () => {
      const url = stack.prometheus?.url ?? '';
      const up = await settled(async () => {
        const targets = await askPrometheus(url, 'up == 1');
        const scraped = await askPrometheus(url, 'max(pizza_orders_resolved_total{outcome="timeout"})');
        return targets.length === stack.services.length && scraped[0]?.value !== undefined && targets;
      }, 'Prometheus to scrape every process');
      expect(up.map(({ labels }) => labels.job)).toContain('kitchen-service');
      for (const definition of Object.values<MetricDefinition>(metrics)) {
        const name = definition.type === 'histogram' ? `${definition.name}_count` : definition.name;
        const least = MAY_BE_ZERO.includes(definition) ? 0 : 1;
        await settled(async () => {
          const [sample] = await askPrometheus(url, `sum(${name})`);
          return sample !== undefined && sample.value >= least;
        }, `${name} >= ${least}`);
      }
      const labels = await askPrometheus(url, 'count by (service) (pizza_event_processing_seconds_count)');
      expect(labels.map(({ labels: { service } }) => service)).toContain('kitchen-service');
      expect(await askPrometheus(url, 'count({exported_service!=""})')).toEqual([]);
    },
  );

  it('an order that waits is seen with its age, at the kitchen and at the intake', async () => {
    const orderId = await order({ customerId: 'cust-slow-bank' });
    const [intake] = processes('order-service');
    await settled(async () => {
      const [kitchen] = await kitchens();
      const atIntake = await readMetrics(intake?.adminUrl ?? '');
      const ages = [kitchen, atIntake].map((each) => each?.sum('pizza_oldest_waiting_seconds') ?? 0);
      return kitchen?.sum('pizza_orders_waiting', { missing: 'payment' }) === 1 && ages.every((age) => age > 0);
    }, 'the order that waits for its payment');
    await running.until('kitchen.ready', orderId);
    await settled(async () => {
      const all = [...(await kitchens()), await readMetrics(intake?.adminUrl ?? '')];
      return all.every((each) => each.sum('pizza_oldest_waiting_seconds') === 0);
    }, 'nothing waiting any more');
  });

  it('what was charged for an order that waits is held, until it is asked back', async () => {
    const held = async () => (await kitchens())[0]?.sum('pizza_money_held');
    await running.publish('payment.completed', 'charged');
    await settled(async () => (await held()) === 1_599, 'the money of the order that waits');
    await running.until('payment.refund', 'charged');
    await settled(async () => (await held()) === 0, 'nothing held');
  });
});
