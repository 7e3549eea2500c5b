import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { subjectOf } from '#shared/contracts/flow.ts';
import { pizzaFlow as flow } from '#shared/contracts/pizza-flow.ts';
import { buildEvent, type Draft, toWire } from '#shared/messaging/build-event.ts';
import type { WireMessage } from '#shared/messaging/publisher.ts';
import { startStack } from '#shared/stack/stack.ts';
import { startOtlpReceiver } from '#shared/telemetry/traces/fixtures/otlp-receiver.ts';
import type { ReceivedSpan } from '#shared/telemetry/traces/fixtures/otlp-spans.ts';
import {
  awaitSpan,
  expectNothingPrivate,
  expectWholeFamilies,
  parentOf,
  place,
  spansOf,
  TEXT,
  useTracedStack,
} from '#shared/telemetry/traces/fixtures/traced-stack.ts';
import { eventually } from '#shared/testing/eventually.ts';

/** What real services send to an OTLP receiver when an order does not go as it should, and when there is none. */

/** As its owner would publish it, but never dropped by the stream as a copy. */
function messageOf(orderId: string, draft: Draft): WireMessage {
  const source = flow.events[draft.type]?.owner ?? '';
  const message = toWire(flow, buildEvent(flow, draft, { orderId, source, now: Date.now() }));
  const { 'Nats-Msg-Id': _, ...headers } = message.headers;
  return { ...message, headers };
}

describe('what is wrong with an event', () => {
  const traced = useTracedStack();

  it('duplicates, conflicts and late events are an outcome and an event of their spans', async () => {
    const order = await place(traced.stack);
    await spansOf(traced.receiver, order, 'kitchen-service: publish pizza.kitchen.ready');
    const read = async (type: string) => (await traced.bus.read(subjectOf(flow, type, order.orderId)))[0];
    const paid = JSON.parse(Buffer.from((await read('payment.completed'))?.body ?? []).toString());
    await traced.bus.publish(messageOf(order.orderId, { type: 'payment.completed', data: paid }));
    const second = { ...paid, paymentId: `pay-${order.orderId}-002` };
    await traced.bus.publish(messageOf(order.orderId, { type: 'payment.completed', data: second }));
    const declined = await place(traced.stack, { customerId: 'cust-declined' });
    await spansOf(traced.receiver, declined, 'kitchen-service: publish pizza.order.cancelled');
    const lateOne = { ...paid, orderId: declined.orderId, paymentId: `pay-${declined.orderId}-009` };
    await traced.bus.publish(messageOf(declined.orderId, { type: 'payment.completed', data: lateOne }));

    for (const [orderId, outcome] of [
      [order.orderId, 'duplicate'],
      [order.orderId, 'conflict'],
      [declined.orderId, 'late'],
    ] as const) {
      const isIt = ({ attributes, name }: ReceivedSpan) =>
        attributes['pizza.order.id'] === orderId && attributes['pizza.outcome'] === outcome && name.includes('payment');
      const span = await awaitSpan(traced.receiver, outcome, isIt);
      expect(span.events.map(({ name }) => name)).toEqual([outcome]);
      expect(span.status.code).toBe('UNSET');
    }
  });

  it('a dead letter is an error with its reason, and is published in the same trace', async () => {
    const traceparent = '00-11111111111111111111111111111111-2222222222222222-01';
    const subject = subjectOf(flow, 'payment.completed', 'broken-1');
    await traced.bus.publish({ subject, headers: { traceparent }, body: TEXT });
    const span = await awaitSpan(
      traced.receiver,
      'the failure',
      ({ attributes }) => attributes['pizza.outcome'] === 'dead_letter',
    );
    expect(span).toMatchObject({
      service: 'kitchen-service',
      name: 'process pizza.payment.completed',
      traceId: '1'.repeat(32),
      parentSpanId: '2'.repeat(16),
      status: { code: 'ERROR', message: '' },
      attributes: { 'error.type': 'not-a-cloudevent', 'pizza.order.id': 'broken-1' },
      events: [{ name: 'dead_letter', attributes: { 'error.type': 'not-a-cloudevent' } }],
    });
    const letter = await awaitSpan(traced.receiver, 'its publish', ({ parentSpanId }) => parentSpanId === span.spanId);
    expect(letter).toMatchObject({ name: 'publish dlq.kitchen-service.payment.completed', kind: 'PRODUCER' });
  });

  it('leaves nothing private in a span', () => {
    expect(traced.receiver.spans.length).toBeGreaterThan(30);
    expectNothingPrivate(traced.receiver);
  });

  it('leaves every trace whole', () => expectWholeFamilies(traced.receiver, ['2'.repeat(16)]));
});

describe('a timeout', () => {
  it('is a trace of its own, linked to what was known of the order', async () => {
    await using receiver = await startOtlpReceiver();
    await using stack = await startStack({
      services: ['order-service', 'payment-service', 'inventory-service', 'kitchen-service'].map((name) => ({ name })),
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
        OTEL_BSP_SCHEDULE_DELAY: '50',
        ORDER_TIMEOUT: '6s',
      },
    });
    const order = await place(stack);
    const publish = await awaitSpan(receiver, 'the timeout', ({ name }) => name === 'publish pizza.order.timeout');
    const root = await eventually(async () => parentOf(receiver, publish), 'its root');
    expect(root).toMatchObject({ service: 'kitchen-service', name: 'attend order', parentSpanId: undefined });
    expect(root.traceId).not.toBe(order.traceId);
    expect(root.attributes).toMatchObject({
      'pizza.order.id': order.orderId,
      'pizza.join.outcome': 'timeout',
      'pizza.join.missing': 'chef',
      'pizza.join.reason': 'not-all-events-received',
    });
    expect(root.attributes['pizza.join.slack_ms']).toBeLessThanOrEqual(0);
    const linked = root.links.map(({ attributes }) => attributes['pizza.join.contribution']);
    expect(linked.toSorted()).toEqual(['inventory.reserved', 'order.created', 'payment.completed']);
    for (const { traceId } of root.links) expect(traceId).toBe(order.traceId);
  });
});

describe('a receiver that is away', () => {
  it('costs spans, which are counted and logged; orders and the end of the services go on', async () => {
    const lines: string[] = [];
    await using stack = await startStack({
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
        OTEL_EXPORTER_OTLP_TIMEOUT: '500',
        OTEL_BSP_SCHEDULE_DELAY: '50',
      },
      onLine: (_service, line) => lines.push(line),
    });
    await place(stack);
    const lost = /^pizza_spans_lost_total\{service="kitchen-service",reason="export-failed"\} [1-9]/m;
    const kitchen = stack.services.find(({ name }) => name === 'kitchen-service');
    const exposition = async () => (await fetch(`${kitchen?.adminUrl}/metrics`)).text();
    await eventually(async () => lost.test(await exposition()) || undefined, 'lost spans in the metrics');
    await stack.stop();
    const told = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'spans were lost');
    expect(told.find(({ service }) => service === 'kitchen-service')).toMatchObject({
      level: 40,
      spans: expect.any(Number),
      reason: 'export-failed',
      error: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('is given three seconds at the end of a service, though it retries for longer', async () => {
    const lines: string[] = [];
    await using stack = await startStack({
      env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:1', OTEL_BSP_SCHEDULE_DELAY: '3600000' },
      onLine: (_service, line) => lines.push(line),
    });
    await place(stack);
    await stack.stop();
    const told = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'spans were lost');
    expect(told).toContainEqual(
      expect.objectContaining({ service: 'order-service', error: expect.stringContaining('ended') }),
    );
  });
});

describe('without an endpoint', () => {
  it('no service loads the preload, and an answer names no trace', async () => {
    await using stack = await startStack({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: '' } });
    const { traceId } = await place(stack);
    expect(traceId).toBe('');
    for (const { pid } of stack.services)
      if (existsSync(`/proc/${pid}/cmdline`))
        expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('preload');
  });
});
