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
import { observeStack } from '#shared/testing/real-backend.ts';
import { type PanelQuery, queriesOf, seriesShown } from '../checks/fixtures/panel-queries.ts';
import { moneyOnItsWay, moneyUnexplained } from '../prometheus/rules/state-rules.ts';
import { dashboards } from './dashboards.ts';

const prometheusRuns = (await findProgram('prometheus')) !== undefined;

/** Queries without an answer here, and why. */
const EMPTY: readonly (readonly [query: RegExp, reason: string])[] = [
  [/k6_(?!.*none in this time range)/, 'no load test runs'],
  [
    /pizza_lab(?!.*none in this time range)/,
    'no lab has pushed its figures: loadtest/lab/report/push-figures.stack.ts asks these',
  ],
  [/otelcol_/, 'no collector runs'],
  [/(gnatsd|jetstream|redis)_/, 'no exporter of a server runs'],
];
const isExcused = ({ expr }: PanelQuery) => EMPTY.some(([query]) => query.test(expr));

/**
 * Every outcome once: ready with a duplicate after it, each refusal, a slow bank, a timeout with a late success, a
 * message that is no event. `name` makes the order ids unique. Resolves when all is at rest.
 */
async function liveEveryOutcome(running: RunningFlow, url: string, name: string): Promise<void> {
  const order = (change = {}) => placeSampleOrder(url, pizzaFlow, change);
  const happy = await order();
  await running.until('kitchen.ready', happy);
  await running.publish('payment.completed', happy, undefined, { again: true });
  const refused = [{ customerId: 'cust-declined' }, { pizzaType: 'tartufo' }, { pizzaType: 'pizza-fritta' }];
  for (const change of refused) await running.until('order.cancelled', await order(change));
  const slow = await order({ customerId: 'cust-slow-bank' });
  await running.publish('inventory.reserved', `late-${name}`);
  await running.until('kitchen.ready', slow);
  await running.until('order.timeout', `late-${name}`);
  await running.publish('chef.assigned', `late-${name}`);
  await running.bus.publish({
    subject: subjectOf(pizzaFlow, 'payment.failed', `bad-${name}`),
    headers: {},
    body: 'no event',
  });
  await running.rest();
}

describe.runIf(prometheusRuns)('after a run of every outcome, a real Prometheus', { timeout: 240_000 }, () => {
  let stack: Stack;
  let running: RunningFlow;
  let url: string;

  beforeAll(async () => {
    stack = await startStack({
      env: { ORDER_TIMEOUT: '10s', ACK_WAIT: '3s', LOG_LEVEL: 'error' },
      services: twoKitchens,
      prometheus: true,
    });
    url = stack.prometheus?.url ?? '';
    running = await observeStack(stack, pizzaFlow, choreography.services);
    await eventually(
      async () => (await askPrometheus(url, 'up == 1')).length === stack.services.length || undefined,
      'a first scrape of every process',
      60_000,
    );
    await liveEveryOutcome(running, stack.orderUrl ?? '', 'first');
    await liveEveryOutcome(running, stack.orderUrl ?? '', 'second');
  }, 240_000);
  afterAll(async () => {
    await running?.[Symbol.asyncDispose]();
    await stack?.[Symbol.asyncDispose]();
  });

  const queries = queriesOf(dashboards());

  it('answers every query of every panel', async () => {
    const empty = async () => {
      const answers = await Promise.all(
        queries.map(async (query) => ({ query, shown: await seriesShown(url, query) })),
      );
      return answers.filter(({ shown }) => shown === 0).map(({ query }) => query);
    };
    const unexpected = async () => (await empty()).filter((query) => !isExcused(query)).map(({ where }) => where);
    let last: string[] = [];
    await eventually(
      async () => {
        last = await unexpected();
        return last.length === 0 || undefined;
      },
      'an answer to every query',
      60_000,
    ).catch(() => expect(last, 'queries without an answer').toEqual([]));
    const silent = await empty();
    expect(queries.filter((query) => isExcused(query) && !silent.includes(query)).map(({ where }) => where)).toEqual(
      [],
    );
  });

  it('has loaded every rule, and each can be evaluated', async () => {
    const { data } = (await (await fetch(`${url}/api/v1/rules`)).json()) as {
      data: { groups: { rules: { name: string; health: string; lastError?: string }[] }[] };
    };
    const rules = data.groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(70);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  it('raises the dead letters of the run, and nothing else', async () => {
    const firing = await eventually(
      async () => {
        const found = await askPrometheus(url, 'ALERTS{alertstate="firing"}');
        return found.length > 0 ? found.map(({ labels }) => labels.alertname) : undefined;
      },
      'an alert',
      60_000,
    );
    expect(new Set(firing)).toEqual(new Set(['DeadLetters']));
  });

  it('shows nothing lost, and all money explained', async () => {
    const value = async (query: string) => (await askPrometheus(url, query))[0]?.value;
    expect(await value('stack:orders_lost:max_abs')).toBe(0);
    await eventually(
      async () => ((await value(moneyOnItsWay)) === 0 && (await value(moneyUnexplained)) === 0) || undefined,
      'no money unexplained',
      60_000,
    );
  });

  it('knows the services that the variable offers, and draws the flow between them', async () => {
    const names = await askPrometheus(url, 'stack:service_expected:info');
    expect(names.map(({ labels }) => labels.job)).toHaveLength(5);
    const columns = async (query: 'nodes' | 'edges') => {
      const { expr = '' } = queries.find(({ where }) => where.endsWith(`Who sends events to whom / ${query}`)) ?? {};
      return (await askPrometheus(url, expr.replaceAll('$__rate_interval', '5m'))).map(({ labels }) => labels);
    };
    const edges = await columns('edges');
    const ids = edges.map(({ id }) => id);
    expect(ids).toContain('payment-service_kitchen-service');
    expect(ids).toContain('kitchen-service_payment-service-after');
    expect(ids).toContain('order-service_chef-service');
    expect(ids.filter((id) => !/^[a-z]+-service_[a-z]+-service(-after)?$/.test(id ?? ''))).toEqual([]);
    expect(new Set(edges.map(({ color }) => color)).size, 'colours').toBe(2);
    const nodes = await columns('nodes');
    expect(new Set(nodes.map(({ fixedx, fixedy }) => `${fixedx} ${fixedy}`)).size).toBe(nodes.length);
    const drawn = new Set(nodes.map(({ id }) => id));
    // Grafana fails on an edge to a node that is not drawn.
    expect(edges.flatMap(({ source, target }) => [source, target]).filter((id) => !drawn.has(id))).toEqual([]);
  });
});
