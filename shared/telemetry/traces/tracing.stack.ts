import { describe, expect, it } from 'vitest';
import { subjectOf } from '#shared/contracts/flow.ts';
import { pizzaFlow as flow } from '#shared/contracts/pizza-flow.ts';
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

/** What real services, started as `npm start` does, send to an OTLP receiver. */

const namesOf = (spans: readonly ReceivedSpan[]): string[] => spans.map(({ service, name }) => `${service}: ${name}`);

describe('with an endpoint', () => {
  const traced = useTracedStack();

  it('an order is one trace from POST to ready: fifteen spans, each the child of what caused it', async () => {
    const order = await place(traced.stack);
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
    const spans = await spansOf(traced.receiver, order, ...caused);

    expect(namesOf(spans).toSorted()).toEqual([...caused, 'order-service: POST /orders'].toSorted());
    for (const span of spans) {
      const parent = parentOf(traced.receiver, span);
      if (span.kind === 'SERVER') expect(span).toMatchObject({ parentSpanId: undefined, spanId: order.spanId });
      if (span.kind === 'CONSUMER') expect(parent?.name).toBe(span.name.replace('process', 'publish'));
      if (span.kind === 'CONSUMER') expect(parent?.kind).toBe('PRODUCER');
      if (span.kind === 'PRODUCER') expect(parent).toMatchObject({ service: span.service });
      if (span.kind === 'CONSUMER') expect(span.attributes['pizza.store.wait_ms']).toBeGreaterThan(0);
      expect(span.endMs).toBeGreaterThanOrEqual(span.startMs);
    }
  });

  it('the span that completes the join links to the other two contributions, and says who came last', async () => {
    const order = await place(traced.stack);
    const spans = await spansOf(
      traced.receiver,
      order,
      'kitchen-service: publish pizza.kitchen.ready',
      'inventory-service: process pizza.kitchen.ready',
    );
    const published = spans.find(({ name }) => name === 'publish pizza.kitchen.ready') as ReceivedSpan;
    const join = await eventually(async () => parentOf(traced.receiver, published), 'the join');

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
      const linked = await awaitSpan(
        traced.receiver,
        `what ${type} was created in`,
        ({ spanId }) => spanId === link.spanId,
      );
      expect(linked).toMatchObject({ service: flow.events[type]?.owner, name: 'process pizza.order.created' });
    }
  });

  const contributionOf = (requirement: unknown) =>
    flow.requirements.find(({ name }) => name === requirement)?.fulfilled;

  it('messages carry the current hop, events the context of their creation', async () => {
    const order = await place(traced.stack);
    const spans = await spansOf(traced.receiver, order, 'chef-service: process pizza.kitchen.ready');
    const [created] = await traced.bus.read(subjectOf(flow, 'order.created', order.orderId));
    const published = spans.find(({ name }) => name === 'publish pizza.order.created');
    expect(created?.headers.traceparent).toBe(`00-${order.traceId}-${published?.spanId}-01`);
    expect(created?.headers['ce-traceparent']).toBe(`00-${order.traceId}-${order.spanId}-01`);
  });

  it("a caller's trace is joined, and a caller's decision not to sample is kept", async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const order = await place(traced.stack, {}, { traceparent: `00-${trace}-00f067aa0ba902b7-01` });
    expect(order.traceId).toBe(trace);
    const [request] = await spansOf(traced.receiver, order, 'chef-service: process pizza.kitchen.ready').then((spans) =>
      spans.filter(({ kind }) => kind === 'SERVER'),
    );
    expect(request?.parentSpanId).toBe('00f067aa0ba902b7');

    const silent = await place(
      traced.stack,
      {},
      { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' },
    );
    expect(silent.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    const ready = () => traced.bus.read(subjectOf(flow, 'kitchen.ready', silent.orderId));
    const [event] = await eventually(async () => ((await ready()).length > 0 ? ready() : undefined), 'ready');
    expect(event?.headers.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/);
    await spansOf(traced.receiver, await place(traced.stack), 'chef-service: process pizza.kitchen.ready');
    expect(traced.receiver.spans.filter(({ traceId }) => traceId === silent.traceId)).toEqual([]);
  });

  it('a declined payment and a missing ingredient end in a cancelled order, without an error', async () => {
    for (const [over, reason] of [
      [{ customerId: 'cust-declined' }, 'payment-failed'],
      [{ pizzaType: 'tartufo' }, 'inventory-unavailable'],
    ] as const) {
      const order = await place(traced.stack, over);
      const spans = await spansOf(
        traced.receiver,
        order,
        'kitchen-service: publish pizza.order.cancelled',
        'chef-service: process pizza.order.cancelled',
      );
      const decided = spans.find(({ attributes }) => attributes['pizza.join.outcome'] === 'cancelled');
      expect(decided?.attributes['pizza.join.reason']).toBe(reason);
      expect(spans.filter(({ status }) => status.code !== 'UNSET')).toEqual([]);
    }
  });

  it('spans hold what their kind owes', async () => {
    const { orderId } = await place(traced.stack);
    const byName = (name: string) =>
      awaitSpan(traced.receiver, name, (span) => span.name === name && span.attributes['pizza.order.id'] === orderId);
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
        'messaging.consumer.group.name': 'kitchen-service',
      },
    });
    expect(traced.receiver.spans.find(({ kind }) => kind === 'SERVER')?.attributes).toEqual({
      'http.request.method': 'POST',
      'http.response.status_code': 202,
      'http.route': '/orders',
      'network.protocol.version': '1.1',
      'url.scheme': 'http',
    });
  });

  it('refused requests are traced, and tell their trace, too; probes and scrapes are not', async () => {
    const refused = await fetch(`${traced.stack.orderUrl}/orders`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    const [, traceId] = refused.headers.get('traceparent')?.split('-') ?? [];
    for (const path of ['/live', '/ready', '/metrics'])
      for (const { adminUrl } of traced.stack.services) await fetch(adminUrl + path);
    const unknown = await fetch(`${traced.stack.orderUrl}/${TEXT}`);
    const [, lastTraceId] = unknown.headers.get('traceparent')?.split('-') ?? [];
    expect(await awaitSpan(traced.receiver, 'the refusal', (span) => span.traceId === traceId)).toMatchObject({
      name: 'POST /orders',
      attributes: { 'http.response.status_code': 400 },
    });
    expect(await awaitSpan(traced.receiver, 'the other', (span) => span.traceId === lastTraceId)).toMatchObject({
      name: 'GET',
    });
    expect(
      traced.receiver.spans.filter(
        ({ attributes, name }) => /live|ready$|metrics/.test(`${attributes['http.route']}`) && name.startsWith('GET'),
      ),
    ).toEqual([]);
  });

  it('no span of all this has an attribute that is not allowed, nor any text', () => {
    expect(traced.receiver.spans.length).toBeGreaterThan(100);
    expectNothingPrivate(traced.receiver);
    expect(new Set(traced.receiver.spans.map(({ service }) => service)).size).toBe(5);
    const resources = JSON.stringify(traced.receiver.spans.map(({ resource }) => resource));
    expect(resources).not.toMatch(/"\//);
  });

  it('every trace consists of whole families: no parent of ours is missing', async () => {
    await expectWholeFamilies(traced.receiver, ['00f067aa0ba902b7']);
  });

  it('what is not sent yet is sent when a service stops', async () => {
    const order = await place(traced.stack);
    const ready = subjectOf(flow, 'kitchen.ready', order.orderId);
    await eventually(async () => ((await traced.bus.read(ready)).length > 0 ? true : undefined), 'ready');
    await traced.stack.stop();
    const spans = traced.receiver.spans.filter(({ traceId }) => traceId === order.traceId);
    expect(namesOf(spans)).toContain('kitchen-service: publish pizza.kitchen.ready');
  });
});
