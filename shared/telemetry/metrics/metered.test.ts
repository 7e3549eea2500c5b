import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { subjectOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { combineInstrumentation, type Milestone } from '#shared/kernel/instrumentation.ts';
import { withPublish } from '#shared/messaging/bus.ts';
import type { Settlement } from '#shared/messaging/failure-policy.ts';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import type { Delivery } from '#shared/messaging/subscriber.ts';
import { createMemoryStore } from '#shared/store/memory/memory-store.ts';
import { createServiceMetrics } from './service-metrics.ts';

const service = 'kitchen-service';
const type = 'payment.completed';
const consumer = { service, type, durable: service };

function metered() {
  const metrics = createServiceMetrics({ flow: pizzaFlow, service, reacts: [type], orderTimeoutMs: 30_000 });
  const find = async (pattern: RegExp) =>
    (await metrics.scrape()).split('\n').filter((line) => pattern.test(line) && !/^#| 0$/.test(line));
  return { ...metrics, find };
}

const delivery = (headers: Record<string, string> = {}, sequence = 1) => ({ sequence, headers }) as unknown as Delivery;

describe('a delivery', () => {
  const handle = async (settlement: Omit<Settlement, 'delivery'>, headers = {}) => {
    const { instrumentation, find } = metered();
    const handler = instrumentation.delivery(consumer)(async (given) =>
      instrumentation.settled(consumer, { ...settlement, delivery: given }),
    );
    await handler(delivery(headers));
    return find;
  };

  it.each(['ok', 'duplicate', 'late', 'conflict', 'rejected'])('that ended as %s is timed as such', async (outcome) => {
    const find = await handle({ outcome }, { 'ce-time': new Date(Date.now() - 5_000).toISOString() });
    expect(await find(/^pizza_event_processing_seconds_count/)).toEqual([
      `pizza_event_processing_seconds_count{service="${service}",type="${type}",outcome="${outcome}"} 1`,
    ]);
    expect(await find(/^pizza_event_age_seconds_bucket.*le="1"/)).toEqual([]);
    expect(await find(/^pizza_event_age_seconds_count/)).toHaveLength(1);
    expect(await find(/failures|dead_letters|in_flight/)).toEqual([]);
  });

  it.each(['0001-01-01T00:00:00Z', new Date(Date.now() + 60_000).toISOString()])(
    'of an event that says it occurred at %s has no age: it is counted as implausible',
    async (time) => {
      const find = await handle({ outcome: 'ok' }, { 'ce-time': time });
      expect(await find(/^pizza_(event_age_seconds|implausible)/)).toEqual([
        `pizza_implausible_durations_total{service="${service}",duration="event_age"} 1`,
      ]);
    },
  );

  it.each([
    ['retry', undefined, 'retry', 'fault', 0],
    ['dead_letter', 'schema-violation', 'invalid', 'schema-violation', 1],
    ['dead_letter', 'retries-exhausted', 'dead_letter', 'retries-exhausted', 1],
  ])('that ended as %s because of %s is a failure', async (outcome, reason, label, counted, letters) => {
    const find = await handle({ outcome, ...(reason && { reason }) });
    expect(await find(/^pizza_event_processing_seconds_count/)).toEqual([
      `pizza_event_processing_seconds_count{service="${service}",type="${type}",outcome="${label}"} 1`,
    ]);
    expect(await find(/^pizza_event_failures_total/)).toEqual([
      `pizza_event_failures_total{service="${service}",type="${type}",reason="${counted}"} 1`,
    ]);
    expect(await find(/^pizza_dead_letters_total/)).toHaveLength(letters);
    expect(await find(/^pizza_event_age_seconds_count/)).toEqual([]);
  });

  it('is in flight until it was handled, also when its handler throws', async () => {
    const { instrumentation, find } = metered();
    const { promise: mayFail, reject } = Promise.withResolvers<void>();
    const handled = instrumentation.delivery(consumer)(() => mayFail)(delivery());
    expect(await find(/^pizza_events_in_flight/)).toEqual([`pizza_events_in_flight{service="${service}"} 1`]);
    reject(new Error('a bug'));
    await expect(handled).rejects.toThrow('a bug');
    expect(await find(/^pizza_events_in_flight/)).toEqual([]);
  });
});

describe('publishing', () => {
  it('is timed, and counted unless the stream had it; dead letters are no events', async () => {
    const { instrumentation, find } = metered();
    const bus = withPublish(createMemoryBus(), instrumentation.publish);
    const ready = { subject: subjectOf(pizzaFlow, 'kitchen.ready', '1'), headers: { 'Nats-Msg-Id': 'x' }, body: '{}' };
    await bus.publish(ready);
    await bus.publish(ready);
    await bus.publish({ ...ready, subject: 'dlq.kitchen-service.kitchen.ready', headers: {} });
    expect(bus.status).toBe('connected');
    const labels = `{service="${service}",type="kitchen.ready"}`;
    expect(await find(/^pizza_events_published_total/)).toEqual([`pizza_events_published_total${labels} 1`]);
    expect(await find(/^pizza_publish_seconds_count/)).toEqual([`pizza_publish_seconds_count${labels} 2`]);
    await bus.close();
    await expect(bus.publish(ready)).rejects.toThrow();
    expect(bus.status).toBe('closed');
  });
});

describe('the store', () => {
  it('is timed by operation when it is the service’s own', async () => {
    const { instrumentation, find } = metered();
    const own = instrumentation.store(createMemoryStore(), service);
    await own.load('1');
    await instrumentation.store(createMemoryStore(), 'payment-gateway').load('1');
    expect(await find(/^pizza_store_seconds_count/)).toEqual([
      `pizza_store_seconds_count{service="${service}",operation="load"} 1`,
    ]);
    await own.close();
    await expect(own.load('1')).rejects.toThrow();
  });
});

describe('a decision', () => {
  const milestone = { outcome: 'ready', last: 'chef', sinceOrderedMs: 3_000, joinWaitMs: 2_000 } as Milestone;

  it('that an order is ready says how long it took and which event came last', async () => {
    const { instrumentation, find } = metered();
    instrumentation.milestone('1', milestone);
    instrumentation.milestone('2', { ...milestone, sinceOrderedMs: undefined });
    expect(await find(/_(time_to_ready|join_wait)_seconds_(sum|count)/)).toEqual([
      'pizza_order_time_to_ready_seconds_sum{last="chef"} 3',
      'pizza_order_time_to_ready_seconds_count{last="chef"} 1',
      'pizza_order_join_wait_seconds_sum{last="chef"} 4',
      'pizza_order_join_wait_seconds_count{last="chef"} 2',
    ]);
  });

  it('that an order is ready which waited for nothing says how long it took', async () => {
    const { instrumentation, find } = metered();
    instrumentation.milestone('1', { ...milestone, last: undefined, joinWaitMs: undefined });
    expect(await find(/_(time_to_ready|join_wait)_seconds_(sum|count)/)).toEqual([
      'pizza_order_time_to_ready_seconds_sum{last="none"} 3',
      'pizza_order_time_to_ready_seconds_count{last="none"} 1',
    ]);
  });

  it('before the order, or longer ago than the stream keeps anything, is counted and not observed', async () => {
    const { instrumentation, find } = metered();
    instrumentation.milestone('1', { ...milestone, sinceOrderedMs: -5_000, joinWaitMs: -50 });
    instrumentation.milestone('2', { ...milestone, joinWaitMs: 7_200_001 });
    expect(await find(/_(time_to_ready|join_wait)_seconds_(sum|count)|implausible/)).toEqual([
      'pizza_order_time_to_ready_seconds_sum{last="chef"} 3',
      'pizza_order_time_to_ready_seconds_count{last="chef"} 1',
      'pizza_order_join_wait_seconds_count{last="chef"} 1',
      `pizza_implausible_durations_total{service="${service}",duration="time_to_ready"} 1`,
      `pizza_implausible_durations_total{service="${service}",duration="join_wait"} 1`,
    ]);
  });

  it('that it is not is no time to ready', async () => {
    const { instrumentation, find } = metered();
    instrumentation.milestone('1', { ...milestone, outcome: 'timeout' });
    expect(await find(/_(time_to_ready|join_wait)_seconds_count/)).toEqual([]);
  });
});

it('an answer is timed under its route’s template and status, whatever the path was', async () => {
  const metrics = createServiceMetrics({
    flow: pizzaFlow,
    service: 'order-service',
    reacts: [],
    orderTimeoutMs: 30_000,
  });
  const server = Fastify();
  server.get('/orders/:id', async (_request, reply) => reply.code(202).send('x'));
  metrics.instrumentation.http?.(server);
  for (const url of ['/orders/1', '/orders/2', '/elsewhere/3']) await server.inject({ url });
  await server.close();
  const lines = (await metrics.scrape()).split('\n').filter((line) => /^pizza_http_request_seconds_count/.test(line));
  expect(lines).toEqual([
    'pizza_http_request_seconds_count{route="GET /orders/:id",status="202"} 2',
    'pizza_http_request_seconds_count{route="none",status="404"} 1',
  ]);
});

it('each scrape shows how many spans the SDK has lost so far, zero for a reason that it has not met', async () => {
  const spansLost = { 'queue-full': 0, 'export-failed': 512 };
  const options = { flow: pizzaFlow, service, reacts: [type], orderTimeoutMs: 30_000, spansLost };
  const { scrape } = createServiceMetrics(options);
  const shown = async () => (await scrape()).split('\n').filter((line) => line.startsWith('pizza_spans_lost_total{'));
  const series = (reason: string) => `pizza_spans_lost_total{service="${service}",reason="${reason}"}`;
  expect(await shown()).toEqual([`${series('queue-full')} 0`, `${series('export-failed')} 512`]);
  spansLost['queue-full'] = 3;
  expect(await shown()).toEqual([`${series('queue-full')} 3`, `${series('export-failed')} 512`]);
});

it('two instrumentations are one: the first around the second, and both are told', async () => {
  const told: string[] = [];
  const named = (name: string) => ({
    delivery: () => (next: (delivery: Delivery) => Promise<void>) => async (given: Delivery) => {
      told.push(`${name} begins`);
      await next(given);
      told.push(`${name} ends`);
    },
    settled: () => void told.push(`${name} settled`),
    milestone: () => void told.push(`${name} milestone`),
    traceparent: () => (name === 'inner' ? 'of inner' : undefined),
  });
  const both = combineInstrumentation(named('outer'), named('inner'));
  await both.delivery(consumer)(async () => both.settled(consumer, { outcome: 'ok', delivery: delivery() }))(
    delivery(),
  );
  both.milestone('1', {} as Milestone);
  expect(told).toEqual([
    ...['outer begins', 'inner begins', 'outer settled', 'inner settled', 'inner ends', 'outer ends'],
    ...['outer milestone', 'inner milestone'],
  ]);
  expect(both.traceparent()).toBe('of inner');
});
