import { beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { serviceNames } from '#shared/runtime/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import type { OrderStatus } from '#shared/stack/commands/sample-order.ts';
import { askPrometheus } from '#shared/stack/servers/ask-prometheus.ts';
import { orderFor, type Part, parts, shown } from '../../loadtest/demo/programme.ts';
import { causes } from '../doctor/describe-findings.ts';
import { examine } from '../doctor/examine.ts';
import { ask, searchLogs, traceById } from '../doctor/probes.ts';
import { bringUp, composeProject } from './fixtures/compose-project.ts';
import { hasData, targetsOf } from './fixtures/grafana-query.ts';

/** docker-compose.yml really run, and everything that it shows really asked for. `npm run test:compose` */

const { name, env, services, healthyAt } = inject('containers');
const settings = readSettings(env);
const project = await composeProject(name, env);
const prometheus = project.url('PROMETHEUS_PORT');
const orders = new Map<Part, { readonly orderId: string; readonly traceId: string }>();

/** How an order of each part ends: its status, and the last event that it brings about. */
const endings: Readonly<Record<Part, readonly [status: OrderStatus['status'], event: string]>> = {
  ready: ['ready', 'kitchen.ready'],
  duplicate: ['ready', 'kitchen.ready'],
  'slow-bank': ['ready', 'payment.initiated'],
  declined: ['cancelled', 'payment.failed'],
  'sold-out': ['cancelled', 'inventory.unavailable'],
  'off-menu': ['cancelled', 'inventory.unavailable'],
  'no-chef': ['cancelled', 'chef.unavailable'],
  // The late payment is refunded.
  timeout: ['timeout', 'payment.refunded'],
};

const UNTIL_ENDED_MS = 2 * settings.ORDER_TIMEOUT + 30_000;
const WITHIN_MS = 120_000;
/** Queries without data here, and why. */
const EMPTY = [
  { query: /k6_(?!.*none in this time range)/, why: 'no load test runs' },
  { query: /pizza_lab(?!.*none in this time range)/, why: 'no lab runs' },
  { query: /(gnatsd|jetstream|redis)_/, why: 'the exporters of the servers run with the profile infra' },
];
const DRILLED = 'chef-service';
const SCALED = 'kitchen-service';

/** Skips a test whose services do not all run, and says which it lacks. */
function needs(skip: (note: string) => void, ...needed: string[]): void {
  const missing = needed.filter((service) => !services.includes(service));
  if (missing.length > 0) skip(`it needs ${missing.join(', ')}`);
}
/** Repeats the expectations until they hold, or throws what did not. */
const eventually = (expectations: () => Promise<void>, timeout = WITHIN_MS) =>
  vi.waitFor(expectations, { timeout, interval: 500 });
const value = async (query: string) => (await askPrometheus(prometheus, query))[0]?.value ?? 0;
const seen = (what: string, since = healthyAt) =>
  console.log(`${what}: after ${((Date.now() - since) / 1_000).toFixed(1)} s`);

async function place(part: Part, run: string, n: number): Promise<void> {
  const { body, key } = orderFor(part, run, settings, n);
  const response = await fetch(`${project.url('ORDER_PORT')}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
  expect(response.status, `the intake's answer to an order for ${part}`).toBe(202);
  const { orderId } = (await response.json()) as { orderId: string };
  orders.set(part, { orderId, traceId: response.headers.get('traceparent')?.split('-')[1] ?? '' });
}

beforeAll(async () => {
  if (!services.includes('order-service')) return;
  for (const [n, part] of parts.entries()) await place(part, `check-${healthyAt}`, n);
});

/** Those that only look run side by side; those that follow disturb what they look at. */
describe('the containers', { timeout: UNTIL_ENDED_MS + WITHIN_MS }, () => {
  it.concurrent.for(parts)('an order for %s ends as it should', async (part, { skip }) => {
    needs(skip, 'order-service');
    const [status, event] = endings[part];
    await eventually(async () => {
      const { body } = await ask<OrderStatus>(`${project.url('ORDER_PORT')}/orders/${orders.get(part)?.orderId}`);
      expect(body?.timeline.map(({ type }) => type)).toContain(event);
      expect(body?.status).toBe(status);
    }, UNTIL_ENDED_MS);
    seen(`${part}: ${status}`);
  });

  it.concurrent('the operator’s tools run beside them', async ({ skip }) => {
    needs(skip, 'order-service');
    const tool = (...args: string[]) => project.compose(['run', '--rm', '-T', 'tools', ...args]);
    const { orderId = '' } = orders.get('ready') ?? {};
    await eventually(async () => expect(await tool('journey', orderId)).toContain('The order is ready after'));
    expect(await tool('dlq', 'list')).toMatch(/dead letters/i);
    expect(await tool('set-up')).toContain('has every stream and durable');
    expect(await tool('audit', '--help')).toContain('Usage: docker compose run --rm tools audit');
    expect(await tool('doctor', '--help')).toContain('Explains an empty dashboard');
    await expect(tool('nothing')).rejects.toThrow('nothing is no tool: journey, audit');
  });

  it.concurrent('the demo shows every outcome by itself, and loses no order', async ({ skip }) => {
    needs(skip, 'demo', 'prometheus');
    await Promise.all(
      Object.entries(shown).map(async ([what, query]) => {
        await eventually(async () => {
          const samples = await askPrometheus(prometheus, query);
          expect(Math.max(0, ...samples.map((sample) => sample.value)), what).toBeGreaterThan(0);
        }, UNTIL_ENDED_MS);
        seen(`the demo's ${what}`);
      }),
    );
    const [lost] = await askPrometheus(prometheus, 'max_over_time(stack:orders_lost:max_abs[10m])');
    expect(lost?.value).toBe(0);
  });

  it.concurrent('every panel has data, in Grafana', async ({ skip }) => {
    needs(skip, 'grafana', 'prometheus', 'tempo', 'loki', 'order-service');
    const { orderId = '', traceId = '' } = orders.get('ready') ?? {};
    const asked = {
      grafana: project.url('GRAFANA_PORT'),
      variables: { service: '.+', testid: '.+', order: orderId, trace: traceId },
    };
    const all = await targetsOf(asked.grafana);
    const excused = all.filter(({ target }) => EMPTY.some(({ query }) => query.test(String(target.expr))));
    const missing = new Set(all.filter((panel) => !excused.includes(panel)));
    await eventually(async () => {
      for (const panel of missing) if (await hasData(panel, asked)) missing.delete(panel);
      expect([...missing].map(({ where }) => where)).toEqual([]);
    });
    seen(`${all.length - excused.length} queries of panels have data`);
    // An exception that is no longer true hides what breaks next.
    for (const panel of excused) expect(await hasData(panel, asked), panel.where).toBe(false);
  });

  it.concurrent('the doctor finds nothing broken', async ({ skip }) => {
    needs(skip, 'otel-collector', 'tempo', 'loki', 'grafana', 'prometheus', ...serviceNames(choreography));
    const places = {
      intake: project.url('ORDER_PORT'),
      // Containers publish none.
      admin: Object.fromEntries(serviceNames(choreography).map((service) => [service, 'http://127.0.0.1:9'])),
      prometheus,
      store: 'redis',
      collector: project.url('OTLP_PORT'),
      tempo: project.url('TEMPO_PORT'),
      loki: project.url('LOKI_PORT'),
      grafana: project.url('GRAFANA_PORT'),
    };
    await eventually(async () => expect(causes(await examine(places, { all: true }))).toEqual([]));
  });

  it('the trace of an order has all services, and its join links to two other spans, in Tempo', async ({ skip }) => {
    needs(skip, 'tempo', 'otel-collector', 'order-service');
    const { traceId = '' } = orders.get('ready') ?? {};
    await eventually(async () => {
      const { body } = await traceById(project.url('TEMPO_PORT'), traceId);
      const groups = body?.trace?.resourceSpans ?? [];
      const names = groups.map(
        ({ resource }) => resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue,
      );
      expect([...new Set(names)].sort()).toEqual(serviceNames(choreography).toSorted());
      const spans = groups.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
      const known = new Set(spans.map(({ spanId }) => spanId));
      const linked = spans.map(({ links = [] }) => links.filter(({ spanId }) => known.has(spanId)).length);
      expect(linked, 'links of each span to spans of this trace').toContain(2);
    });
  });

  it.for(['order_id', 'trace_id'])('an order has log lines by its %s, in Loki', async (field, { skip }) => {
    needs(skip, 'loki', 'otel-collector', 'order-service');
    const id = field === 'order_id' ? orders.get('timeout')?.orderId : orders.get('ready')?.traceId;
    await eventually(async () => {
      const { body } = await searchLogs(project.url('LOKI_PORT'), `{service_name=~".+"} | ${field}="${id}"`);
      expect(body?.data?.result.length).toBeGreaterThan(0);
    });
  });

  it('a second kitchen is scraped', async ({ skip, signal }) => {
    needs(skip, 'prometheus', SCALED);
    const since = Date.now();
    const options = ['--no-recreate', '--scale', `${SCALED}=2`];
    await bringUp(project, { services: [SCALED], options, say: console.log, signal });
    await eventually(async () => expect(await value(`count(up{job="${SCALED}"} == 1)`)).toBe(2));
    seen(`two replicas of ${SCALED} are scraped`, since);
  });

  it('an alert fires when a service stops, and clears when it runs again', async ({ skip, signal }) => {
    needs(skip, 'prometheus', DRILLED);
    const firing = `count(ALERTS{alertname="ServiceDown",service="${DRILLED}",alertstate="firing"})`;
    for (const [action, fires] of [
      ['stop', 1],
      ['start', 0],
    ] as const) {
      const since = Date.now();
      await project.compose([action, DRILLED], { signal });
      await eventually(async () => expect(await value(firing)).toBe(fires));
      seen(`ServiceDown ${fires ? 'fires' : 'clears'}`, since);
    }
  });
});
