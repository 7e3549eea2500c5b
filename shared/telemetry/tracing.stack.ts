import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subjectOf } from '#shared/contracts/flow.ts';
import { pizzaFlow as flow } from '#shared/contracts/pizza-flow.ts';
import { buildEvent, type Draft, toWire } from '#shared/messaging/build-event.ts';
import type { Bus, WireMessage } from '#shared/messaging/bus.ts';
import { createJetStreamBus } from '#shared/messaging/jetstream-bus.ts';
import { type Stack, startStack } from '#shared/stack/stack.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { type OtlpReceiver, startOtlpReceiver } from '#shared/testing/otlp-receiver.ts';
import type { ReceivedSpan } from '#shared/testing/otlp-spans.ts';
import { allowedAttributes } from './attributes.ts';

/** What real services, started as `npm start` does, send to an OTLP receiver. */

const pizza = {
  customerId: 'cust-789',
  pizzaType: 'margherita',
  toppings: ['olives'],
  size: 'large',
  totalAmount: 15.99,
  currency: 'GBP',
};
const TEXT = 'no text of a customer leaves in a span';

interface Placed {
  readonly orderId: string;
  readonly traceId: string;
  readonly spanId: string;
}

async function place({ orderUrl }: Stack, over: object = {}, headers: Record<string, string> = {}): Promise<Placed> {
  const answer = await fetch(`${orderUrl}/orders?note=${encodeURIComponent(TEXT)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': TEXT, ...headers },
    body: JSON.stringify({ ...pizza, ...over }),
  });
  expect(answer.status).toBe(202);
  const [, traceId = '', spanId = ''] = answer.headers.get('traceparent')?.split('-') ?? [];
  const { orderId } = (await answer.json()) as { orderId: string };
  return { orderId, traceId, spanId };
}

const busOf = ({ nats, settings }: Stack): Promise<Bus> =>
  createJetStreamBus({
    url: nats.url,
    flow,
    name: 'test',
    ackWaitMs: settings.ACK_WAIT,
    retentionMs: settings.RETENTION,
    deadLetterRetentionMs: settings.DEAD_LETTER_RETENTION,
  });

/** As its owner would publish it, but never dropped by the stream as a copy. */
function messageOf(orderId: string, draft: Draft): WireMessage {
  const source = flow.events[draft.type]?.owner ?? '';
  const message = toWire(flow, buildEvent(flow, draft, { orderId, source, now: Date.now() }));
  const { 'Nats-Msg-Id': _, ...headers } = message.headers;
  return { ...message, headers };
}

/** Waits for a span, which is exported a moment after it ended. */
const awaitSpan = (receiver: OtlpReceiver, what: string, isIt: (span: ReceivedSpan) => boolean) =>
  eventually(async () => receiver.spans.find(isIt), what);

const parentOf = (receiver: OtlpReceiver, span: ReceivedSpan): ReceivedSpan | undefined =>
  receiver.spans.find(({ spanId }) => spanId === span.parentSpanId);

/** Client spans of Redis depend on how calls were batched: they are looked at on their own. */
const namesOf = (spans: readonly ReceivedSpan[]): string[] =>
  spans.filter(({ kind }) => kind !== 'CLIENT').map(({ service, name }) => `${service}: ${name}`);

describe('with an endpoint', { timeout: 120_000 }, () => {
  let receiver: OtlpReceiver;
  let stack: Stack;
  let bus: Bus;

  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    stack = await startStack({
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_BSP_SCHEDULE_DELAY: '50', GATEWAY_LATENCY: '5ms' },
    });
    bus = await busOf(stack);
  }, 60_000);
  afterAll(async () => {
    await bus?.close();
    await stack?.stop();
    await receiver?.[Symbol.asyncDispose]();
  });

  /**
   * The order's spans once those named, and all that caused one, have come; those of Redis may come later. Services
   * export on their own, so that an effect can come before its cause: a test names each span that it looks at.
   */
  async function spansOf({ orderId, traceId }: Placed, ...named: string[]): Promise<ReceivedSpan[]> {
    for (const each of named) {
      const [service, name] = each.split(': ');
      const isIt = (span: ReceivedSpan) =>
        span.service === service && span.name === name && span.attributes['pizza.order.id'] === orderId;
      await awaitSpan(receiver, each, isIt);
    }
    await awaitSpan(receiver, 'the request', (span) => span.traceId === traceId && span.kind === 'SERVER');
    return eventually(async () => {
      const spans = receiver.spans.filter((span) => span.traceId === traceId);
      const complete = spans.every((span) => span.kind === 'SERVER' || parentOf(receiver, span));
      return complete ? spans : undefined;
    }, 'everything that spans were caused by');
  }

  it('an order is one trace from POST to ready: fifteen spans, each the child of what caused it', async () => {
    const order = await place(stack);
    const of = (service: string, ...names: string[]) => names.map((name) => `${service}: ${name}`);
    const caused = [
      ...of('order-service', 'publish pizza.order.created'),
      ...of('payment-service', 'process pizza.order.created', 'publish pizza.payment.completed'),
      ...of('inventory-service', 'process pizza.order.created', 'publish pizza.inventory.reserved'),
      ...of('chef-service', 'process pizza.order.created', 'publish pizza.chef.assigned'),
      ...of('kitchen-service', 'process pizza.order.created', 'process pizza.payment.completed'),
      ...of('kitchen-service', 'process pizza.inventory.reserved', 'process pizza.chef.assigned'),
      ...of('kitchen-service', 'publish pizza.kitchen.ready'),
      ...of('inventory-service', 'process pizza.kitchen.ready'),
      ...of('chef-service', 'process pizza.kitchen.ready'),
    ];
    const spans = await spansOf(order, ...caused);

    expect(namesOf(spans).toSorted()).toEqual([...caused, 'order-service: POST /orders'].toSorted());
    for (const span of spans) {
      const parent = parentOf(receiver, span);
      if (span.kind === 'SERVER') expect(span).toMatchObject({ parentSpanId: undefined, spanId: order.spanId });
      if (span.kind === 'CONSUMER') expect(parent?.name).toBe(span.name.replace('process', 'publish'));
      if (span.kind === 'CONSUMER') expect(parent?.kind).toBe('PRODUCER');
      if (span.kind === 'PRODUCER') expect(parent).toMatchObject({ service: span.service });
      if (span.kind === 'CLIENT') expect(parent).toMatchObject({ kind: 'CONSUMER', service: span.service });
      expect(span.endMs).toBeGreaterThanOrEqual(span.startMs);
    }
  });

  it('the span that completes the join links to the other two contributions, and says who came last', async () => {
    const order = await place(stack);
    const spans = await spansOf(
      order,
      'kitchen-service: publish pizza.kitchen.ready',
      'inventory-service: process pizza.kitchen.ready',
    );
    const published = spans.find(({ name }) => name === 'publish pizza.kitchen.ready') as ReceivedSpan;
    const join = await eventually(async () => parentOf(receiver, published), 'the join');

    expect(join.attributes).toMatchObject({ 'pizza.join.outcome': 'ready', 'pizza.outcome': 'ok' });
    expect(join.name).toBe(`process pizza.${contributionOf(join.attributes['pizza.join.last_event'])}`);
    expect(join.attributes['pizza.join.slack_ms']).toBeGreaterThan(0);
    const others = ['chef.assigned', 'inventory.reserved', 'payment.completed'].filter(
      (type) => !join.name.endsWith(type),
    );
    expect(join.links.map(({ attributes }) => attributes['pizza.join.contribution']).toSorted()).toEqual(others);
    for (const link of join.links) {
      const type = String(link.attributes['pizza.join.contribution']);
      expect(link.traceId).toBe(order.traceId);
      const linked = await awaitSpan(receiver, `what ${type} was created in`, ({ spanId }) => spanId === link.spanId);
      expect(linked).toMatchObject({ service: flow.events[type]?.owner, name: 'process pizza.order.created' });
    }
  });

  const contributionOf = (requirement: unknown) =>
    flow.requirements.find(({ name }) => name === requirement)?.fulfilled;

  it('messages carry the current hop, events the context of their creation', async () => {
    const order = await place(stack);
    const spans = await spansOf(order, 'chef-service: process pizza.kitchen.ready');
    const [created] = await bus.read(subjectOf(flow, 'order.created', order.orderId));
    const published = spans.find(({ name }) => name === 'publish pizza.order.created');
    expect(created?.headers.traceparent).toBe(`00-${order.traceId}-${published?.spanId}-01`);
    expect(created?.headers['ce-traceparent']).toBe(`00-${order.traceId}-${order.spanId}-01`);
  });

  it("a caller's trace is joined, and a caller's decision not to sample is kept", async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const order = await place(stack, {}, { traceparent: `00-${trace}-00f067aa0ba902b7-01` });
    expect(order.traceId).toBe(trace);
    const [request] = await spansOf(order, 'chef-service: process pizza.kitchen.ready').then((spans) =>
      spans.filter(({ kind }) => kind === 'SERVER'),
    );
    expect(request?.parentSpanId).toBe('00f067aa0ba902b7');

    const silent = await place(stack, {}, { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' });
    expect(silent.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    const ready = () => bus.read(subjectOf(flow, 'kitchen.ready', silent.orderId));
    const [event] = await eventually(async () => ((await ready()).length > 0 ? ready() : undefined), 'ready');
    expect(event?.headers.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/);
    await spansOf(await place(stack), 'chef-service: process pizza.kitchen.ready');
    expect(receiver.spans.filter(({ traceId }) => traceId === silent.traceId)).toEqual([]);
  });

  it('a declined payment and a missing ingredient end in a cancelled order, without an error', async () => {
    for (const [over, reason] of [
      [{ customerId: 'cust-declined' }, 'payment-failed'],
      [{ pizzaType: 'tartufo' }, 'inventory-unavailable'],
    ] as const) {
      const order = await place(stack, over);
      const spans = await spansOf(
        order,
        'kitchen-service: publish pizza.order.cancelled',
        'chef-service: process pizza.order.cancelled',
      );
      const decided = spans.find(({ attributes }) => attributes['pizza.join.outcome'] === 'cancelled');
      expect(decided?.attributes['pizza.join.reason']).toBe(reason);
      expect(spans.filter(({ status, kind }) => kind !== 'CLIENT' && status.code !== 'UNSET')).toEqual([]);
    }
  });

  it('duplicates, conflicts and late events are an outcome and an event of their spans', async () => {
    const order = await place(stack);
    await spansOf(order, 'kitchen-service: publish pizza.kitchen.ready');
    const read = async (type: string) => (await bus.read(subjectOf(flow, type, order.orderId)))[0];
    const paid = JSON.parse(Buffer.from((await read('payment.completed'))?.body ?? []).toString());
    await bus.publish(messageOf(order.orderId, { type: 'payment.completed', data: paid }));
    const second = { ...paid, paymentId: `pay-${order.orderId}-002` };
    await bus.publish(messageOf(order.orderId, { type: 'payment.completed', data: second }));
    const declined = await place(stack, { customerId: 'cust-declined' });
    await spansOf(declined, 'kitchen-service: publish pizza.order.cancelled');
    const lateOne = { ...paid, orderId: declined.orderId, paymentId: `pay-${declined.orderId}-009` };
    await bus.publish(messageOf(declined.orderId, { type: 'payment.completed', data: lateOne }));

    for (const [orderId, outcome] of [
      [order.orderId, 'duplicate'],
      [order.orderId, 'conflict'],
      [declined.orderId, 'late'],
    ] as const) {
      const isIt = ({ attributes, name }: ReceivedSpan) =>
        attributes['pizza.order.id'] === orderId && attributes['pizza.outcome'] === outcome && name.includes('payment');
      const span = await awaitSpan(receiver, outcome, isIt);
      expect(span.events.map(({ name }) => name)).toEqual([outcome]);
      expect(span.status.code).toBe('UNSET');
    }
  });

  it('a dead letter is an error with its reason, and is published in the same trace', async () => {
    const traceparent = '00-11111111111111111111111111111111-2222222222222222-01';
    const subject = subjectOf(flow, 'payment.completed', 'broken-1');
    await bus.publish({ subject, headers: { traceparent }, body: TEXT });
    const span = await awaitSpan(
      receiver,
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
    const letter = await awaitSpan(receiver, 'its publish', ({ parentSpanId }) => parentSpanId === span.spanId);
    expect(letter).toMatchObject({ name: 'publish dlq.kitchen-service.payment.completed', kind: 'PRODUCER' });
  });

  it('spans hold what their kind owes', async () => {
    const { orderId } = await place(stack);
    const byName = (name: string) =>
      awaitSpan(receiver, name, (span) => span.name === name && span.attributes['pizza.order.id'] === orderId);
    const common = {
      'messaging.system': 'nats',
      'messaging.destination.template': 'pizza.payment.completed.{orderId}',
      'messaging.destination.name': `pizza.payment.completed.${orderId}`,
      'messaging.message.id': `payment.completed:payment-${orderId}-completed-001`,
      'messaging.message.conversation_id': orderId,
      'cloudevents.event_id': `payment-${orderId}-completed-001`,
      'cloudevents.event_type': 'com.pizzaco.payment.completed',
      'cloudevents.event_source': 'payment-service',
    };
    expect(await byName('publish pizza.payment.completed')).toMatchObject({
      kind: 'PRODUCER',
      attributes: { ...common, 'messaging.operation.name': 'publish', 'messaging.operation.type': 'send' },
    });
    expect(await byName('process pizza.payment.completed')).toMatchObject({
      kind: 'CONSUMER',
      attributes: {
        ...common,
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.consumer.group.name': 'kitchen-service_payment-completed',
      },
    });
    expect(receiver.spans.find(({ kind }) => kind === 'SERVER')?.attributes).toEqual({
      'http.request.method': 'POST',
      'http.response.status_code': 202,
      'http.route': '/orders',
      'network.protocol.version': '1.1',
      'url.scheme': 'http',
    });
  });

  it('refused requests are traced, and tell their trace, too; probes and scrapes are not', async () => {
    const refused = await fetch(`${stack.orderUrl}/orders`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    const [, traceId] = refused.headers.get('traceparent')?.split('-') ?? [];
    for (const path of ['/live', '/ready', '/metrics'])
      for (const { adminUrl } of stack.services) await fetch(adminUrl + path);
    const unknown = await fetch(`${stack.orderUrl}/${TEXT}`);
    const [, lastTraceId] = unknown.headers.get('traceparent')?.split('-') ?? [];
    expect(await awaitSpan(receiver, 'the refusal', (span) => span.traceId === traceId)).toMatchObject({
      name: 'POST /orders',
      attributes: { 'http.response.status_code': 400 },
    });
    expect(await awaitSpan(receiver, 'the other', (span) => span.traceId === lastTraceId)).toMatchObject({
      name: 'GET',
    });
    expect(
      receiver.spans.filter(
        ({ attributes, name }) => /live|ready$|metrics/.test(`${attributes['http.route']}`) && name.startsWith('GET'),
      ),
    ).toEqual([]);
  });

  it('no span of all this has an attribute that is not allowed, nor any text', () => {
    expect(receiver.spans.length).toBeGreaterThan(100);
    for (const span of receiver.spans)
      for (const { attributes } of [span, ...span.events, ...span.links])
        expect(Object.keys(attributes).filter((name) => !allowedAttributes.has(name))).toEqual([]);
    expect(JSON.stringify(receiver.spans)).not.toMatch(/no(%20| )text|user-agent|cust-|15\.99/);
    expect(new Set(receiver.spans.map(({ service }) => service)).size).toBe(5);
    const resources = JSON.stringify(receiver.spans.map(({ resource }) => resource));
    expect(resources).not.toMatch(/"\//);
  });

  it('every trace consists of whole families: no parent of ours is missing', async () => {
    await eventually(async () => {
      const known = new Set(receiver.spans.map(({ spanId }) => spanId));
      const foreign = new Set(['00f067aa0ba902b7', '2'.repeat(16)]);
      const orphans = receiver.spans.filter(({ parentSpanId: id }) => id && !known.has(id) && !foreign.has(id));
      return orphans.length === 0 || undefined;
    }, 'all parents');
    expect(new Set(receiver.spans.map(({ spanId }) => spanId)).size).toBe(receiver.spans.length);
  });

  it('what is not sent yet is sent when a service stops', async () => {
    const order = await place(stack);
    const ready = subjectOf(flow, 'kitchen.ready', order.orderId);
    await eventually(async () => ((await bus.read(ready)).length > 0 ? true : undefined), 'ready');
    await stack.stop();
    const spans = receiver.spans.filter(({ traceId }) => traceId === order.traceId);
    expect(namesOf(spans)).toContain('kitchen-service: publish pizza.kitchen.ready');
  });
});

describe('a timeout', { timeout: 120_000 }, () => {
  it('is a trace of its own, linked to what was known of the order', async () => {
    await using receiver = await startOtlpReceiver();
    await using stack = await startStack({
      services: ['order-service', 'payment-service', 'inventory-service', 'kitchen-service'].map((name) => ({ name })),
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
        OTEL_BSP_SCHEDULE_DELAY: '50',
        ORDER_TIMEOUT: '2s',
        ACK_WAIT: '500ms',
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

describe('without an endpoint', { timeout: 120_000 }, () => {
  it('no service loads the preload, and an answer names no trace', async () => {
    await using stack = await startStack({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: '' } });
    const { traceId } = await place(stack);
    expect(traceId).toBe('');
    for (const { pid } of stack.services)
      if (existsSync(`/proc/${pid}/cmdline`))
        expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('preload');
  });
});
