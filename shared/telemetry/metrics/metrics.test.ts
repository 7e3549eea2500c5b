import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { definePizzaFlow, pizzaDomains, pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { createMemoryStore } from '#shared/store/memory/memory-store.ts';
import { deliveryContract } from '#shared/testing/fixtures/delivery-service/contract.ts';
import { STORE_OPERATIONS } from '../timed-store.ts';
import { createMeters } from './meters.ts';
import { type MetricDefinition, orderBuckets } from './metric-definition.ts';
import { FAILURE_REASONS, type MetricScope, missingSets, resolutionsOf, stagesOf } from './metric-labels.ts';
import { metrics } from './metrics.ts';

const definitions = Object.values<MetricDefinition>(metrics);
const scope = (service: string, reacts: string[] = ['order.created'], flow = pizzaFlow): MetricScope => ({
  flow,
  service,
  reacts,
  orderTimeoutMs: 45_000,
});
const scopes = [
  scope('order-service', []),
  ...['payment-service', 'inventory-service', 'chef-service', 'kitchen-service'].map((name) => scope(name)),
];

describe('the catalogue', () => {
  it('names every metric once, in snake case, with its unit', () => {
    expect(new Set(definitions.map(({ name }) => name)).size).toBe(definitions.length);
    for (const { name, unit, type, buckets } of definitions) {
      expect(name).toMatch(/^pizza(_[a-z]+)+$/);
      if (unit === 'seconds') expect(name).toMatch(/_seconds$/);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      expect(buckets !== undefined, name).toBe(type === 'histogram');
    }
  });

  it('gives every series exactly the labels of its metric', () => {
    for (const each of scopes)
      for (const { name, labels, series } of definitions)
        for (const set of series(each) ?? []) expect(Object.keys(set).sort(), name).toEqual([...labels].sort());
  });

  it('has each metric exported by somebody, and none with an order, an event or a message in a label', () => {
    for (const { name, labels, series } of definitions) {
      expect(scopes.filter((each) => series(each) !== undefined).length, name).toBeGreaterThan(0);
      expect(labels.filter((label) => /(^|_)id$|order|message|path|subject/.test(label))).toEqual([]);
    }
  });

  it('has ascending buckets with the workshop’s, the demo’s and the configured deadline among them', () => {
    const buckets = orderBuckets({ orderTimeoutMs: 45_000 });
    expect(buckets).toEqual(expect.arrayContaining([0.001, 30, 45, 60, 1800]));
    expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
    expect(orderBuckets({ orderTimeoutMs: 30_000 }).filter((bound) => bound === 30)).toHaveLength(1);
  });
});

describe('label values', () => {
  it('are derived from the requirements: seven missing sets, the stages, what can cancel', () => {
    expect(missingSets(pizzaFlow)).toEqual([
      'chef',
      'inventory',
      'payment',
      'chef+inventory',
      'chef+payment',
      'inventory+payment',
      'chef+inventory+payment',
    ]);
    expect(stagesOf(pizzaFlow)).toEqual([
      ...['created', 'paid', 'reserved', 'chef_assigned'],
      ...['ready', 'cancelled', 'timeout'],
    ]);
    expect(
      resolutionsOf(pizzaFlow).flatMap(({ outcome, reason }) => (outcome === 'cancelled' ? [reason] : [])),
    ).toEqual(['payment-failed', 'inventory-unavailable', 'inventory-expired', 'chef-unavailable']);
  });

  it('cover a fourth requirement without a line of code', () => {
    const flow = definePizzaFlow([...pizzaDomains, deliveryContract]);
    expect(missingSets(flow)).toHaveLength(15);
    expect(metrics.timeToReady.series(scope('kitchen-service', [], flow))).toContainEqual({ last: 'delivery' });
    const kinds = metrics.compensations.series(scope('kitchen-service', [], flow)) ?? [];
    expect(kinds.length).toBe(4 * 4);
  });

  it('name every operation of the store', () => {
    // What a server does to its data is nothing that a service calls.
    const { close: _c, wipe: _w, sync: _s, restart: _r, ...operations } = createMemoryStore();
    expect([...STORE_OPERATIONS].sort()).toEqual(Object.keys(operations).sort());
  });

  it('name every reason for which a message is given up', () => {
    const folders = ['shared/messaging', 'shared/kernel', 'shared/runtime'];
    const reasons = folders.flatMap((folder) =>
      readdirSync(folder)
        .filter((file) => /^[a-z-]+\.ts$/.test(file))
        .flatMap((file) => [
          ...readFileSync(`${folder}/${file}`, 'utf8').matchAll(/new Terminal\(([^,]+),|bury\(\w+, '([a-z-]+)'/g),
        ])
        .flatMap(([, first = '', buried]) => [...first.matchAll(/'([a-z-]+)'/g)].map((m) => m[1]).concat(buried ?? [])),
    );
    expect(reasons.length).toBeGreaterThan(12);
    expect(reasons.filter((reason) => !FAILURE_REASONS.some((known) => known === reason))).toEqual([]);
  });
});

describe('a service’s exposition', () => {
  const seriesOf = async (service: string, reacts?: string[]) => {
    const text = await createMeters(scope(service, reacts)).expose();
    return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  };

  it('begins with every series of the process at zero', async () => {
    const lines = await seriesOf('payment-service');
    expect(lines).toContain('pizza_events_published_total{service="payment-service",type="payment.completed"} 0');
    expect(lines).toContain(
      'pizza_event_processing_seconds_count{service="payment-service",type="order.created",outcome="dead_letter"} 0',
    );
    expect(lines).toContain('pizza_events_in_flight{service="payment-service"} 0');
    expect(lines.filter((line) => !/ 0$/.test(line))).toEqual([]);
  });

  it('has nothing of what is kept elsewhere until that was read, and nothing of other services', async () => {
    const lines = await seriesOf('kitchen-service');
    const elsewhere = definitions.filter(({ kept }) => kept !== 'process').map(({ name }) => name);
    expect(lines.filter((line) => elsewhere.some((name) => line.startsWith(name)))).toEqual([]);
    const intake = await seriesOf('order-service', []);
    expect(intake.some((line) => /pizza_(order_time|event_processing|store_seconds)/.test(line))).toBe(false);
  });
});
