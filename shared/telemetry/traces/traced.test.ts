import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pizzaFlow as flow } from '#shared/contracts/pizza-flow.ts';
import { Retryable, Unavailable } from '#shared/messaging/faults.ts';
import type { PubAck, WireMessage } from '#shared/messaging/publisher.ts';
import type { Delivery } from '#shared/messaging/subscriber.ts';
import { recordingSdk } from './fixtures/recording-sdk.ts';
import { createTracedInstrumentation } from './traced.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const HOP = `00-${TRACE}-b7ad6b7169203331-01`;
const consumer = {
  service: 'kitchen-service',
  durable: 'kitchen-service',
  type: 'payment.completed',
};

const delivery = (headers: Record<string, string>, over: Partial<Delivery> = {}): Delivery => ({
  subject: 'pizza.payment.completed.o-1',
  headers,
  body: new Uint8Array(),
  sequence: 1,
  storedAt: 0,
  deliveryCount: 1,
  ack: () => undefined,
  nak: () => undefined,
  term: () => undefined,
  ...over,
});

describe('the traced instrumentation', () => {
  let spans: ReadableSpan[] = [];
  const sdk = recordingSdk((span) => spans.push(span));
  beforeAll(() => sdk.start());
  afterAll(() => sdk.shutdown());
  beforeEach(() => {
    spans = [];
  });

  const traced = () => createTracedInstrumentation({ flow });
  const last = () => spans.at(-1) as ReadableSpan;

  async function process(given: Delivery, during: () => void = () => undefined): Promise<ReadableSpan> {
    await traced().delivery(consumer)(async () => during())(given);
    return last();
  }

  it('marks on the span under way that a fault was injected on purpose', async () => {
    const injection = { fault: 'duplicate', type: 'kitchen.ready', orderId: 'o-1' } as const;
    const span = await process(delivery({}), () => traced().injected?.(injection));
    expect(span.attributes).toMatchObject({ 'pizza.fault': 'duplicate' });
    expect(span.events).toMatchObject([{ name: 'fault injected', attributes: { 'pizza.fault': 'duplicate' } }]);
  });

  async function publish(message: WireMessage, answer: Promise<unknown> = Promise.resolve({ duplicate: false })) {
    const sent: WireMessage[] = [];
    const publish = traced().publish((each) => {
      sent.push(each);
      return answer as Promise<PubAck>;
    });
    await publish(message).catch(() => undefined);
    return { span: last(), sent: sent[0] };
  }

  it('a delivery is a child of the hop that brought it, else of the creation of its event, else a root', async () => {
    const created = `00-${TRACE}-00f067aa0ba902b7-01`;
    const parentIn = async (headers: Record<string, string>) => (await process(delivery(headers))).parentSpanContext;
    expect(await parentIn({ traceparent: HOP, 'ce-traceparent': created })).toMatchObject({
      spanId: 'b7ad6b7169203331',
    });
    expect(await parentIn({ 'ce-traceparent': created })).toMatchObject({ spanId: '00f067aa0ba902b7', isRemote: true });
    for (const none of ['broken', `${HOP}-x`]) expect(await parentIn({ traceparent: none })).toBeUndefined();
    expect(await parentIn({ traceparent: `${HOP.replace('00-', 'cc-')}-x` })).toMatchObject({ traceId: TRACE });
  });

  it('whatever was active when the consumer was started is no parent', async () => {
    const startup = trace.getTracer('test').startActiveSpan('startup', (span) => {
      const handle = traced().delivery(consumer)(async () => undefined);
      return handle(delivery({})).then(() => span.end());
    });
    await startup;
    expect(spans.find(({ name }) => name === 'process pizza.payment.completed')?.parentSpanContext).toBeUndefined();
  });

  it('the trace state travels on, from hop to hop', async () => {
    let message: WireMessage | undefined;
    await traced().delivery(consumer)(async () => {
      message = (await publish({ subject: 'pizza.kitchen.ready.o-1', headers: {}, body: '' })).sent;
    })(delivery({ traceparent: HOP, tracestate: 'vendor=1' }));
    expect(message?.headers.tracestate).toBe('vendor=1');
  });

  it('within a delivery events are created in its context; outside of all spans in none', async () => {
    let inside: string | undefined;
    const span = await process(delivery({ traceparent: HOP }), () => {
      inside = traced().traceparent();
    });
    expect(inside).toBe(`00-${TRACE}-${span.spanContext().spanId}-01`);
    expect(traced().traceparent()).toBeUndefined();
  });

  it('a retry is an error by the name of its class, and a redelivery says which it is', async () => {
    const given = delivery({}, { deliveryCount: 3 });
    const error = new Retryable('the order of Mrs Smith, card 4111');
    const span = await process(given, () => traced().settled(consumer, { outcome: 'retry', delivery: given, error }));
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(span.attributes).toMatchObject({
      'pizza.outcome': 'retry',
      'error.type': 'Retryable',
      'pizza.delivery_count': 3,
    });
    expect(span.events).toMatchObject([{ name: 'retry', attributes: { 'error.type': 'Retryable' } }]);
  });

  it('a header or a name that is no id is not taken for one', async () => {
    const text = 'my card is 4111 1111';
    const span = await process(
      delivery({ 'ce-id': text, 'nats-msg-id': text, 'ce-type': text }, { subject: `pizza.payment.completed.${text}` }),
      () => {
        const error = Object.assign(new Error('x'), { name: text });
        traced().settled(consumer, { outcome: 'retry', delivery: delivery({}), error });
      },
    );
    // Without the times: four digits of one may be any.
    const said = span.events.map(({ name, attributes }) => [name, attributes]);
    expect(JSON.stringify([span.name, span.attributes, said])).not.toContain('4111');
    expect(span.attributes['error.type']).toBe('_OTHER');
  });

  it('a publish outside of all spans continues the trace in which its event was created', async () => {
    const message = { subject: 'pizza.kitchen.ready.o-1', headers: { 'ce-traceparent': HOP }, body: '' };
    expect((await publish(message)).span.parentSpanContext).toMatchObject({ traceId: TRACE });
    let within: ReadableSpan | undefined;
    const span = await process(delivery({}), async () => {
      within = (await publish(message)).span;
    });
    expect(within?.parentSpanContext?.traceId).toBe(span.spanContext().traceId);
  });

  it('a publish names the hop in a copy of the message, and leaves the creation of the event as it was', async () => {
    const message = {
      subject: 'pizza.kitchen.ready.o-1',
      headers: { traceparent: HOP, 'ce-traceparent': HOP },
      body: '',
    };
    const { span, sent } = await publish(message);
    expect(span).toMatchObject({ name: 'publish pizza.kitchen.ready', kind: SpanKind.PRODUCER });
    const { traceId, spanId } = span.spanContext();
    expect(sent?.headers).toEqual({ traceparent: `00-${traceId}-${spanId}-01`, 'ce-traceparent': HOP });
    expect(message.headers.traceparent).toBe(HOP);
  });

  it('a publish that fails is an error; one that the stream had already is an event', async () => {
    const message = { subject: 'pizza.kitchen.ready.o-1', headers: {}, body: '' };
    const failed = await publish(message, Promise.reject(new Unavailable('broker')));
    expect(failed.span.status.code).toBe(SpanStatusCode.ERROR);
    expect(failed.span.attributes['error.type']).toBe('Unavailable');
    const copy = await publish(message, Promise.resolve({ sequence: 1, duplicate: true }));
    expect(copy.span.events).toMatchObject([{ name: 'duplicate' }]);
    expect(copy.span.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('names of spans are few, whatever the subject', async () => {
    for (const subject of ['dlq.kitchen-service.payment.completed', 'nobody.knows.o-1', 'dlq.x.pizza of o 1'])
      await publish({ subject, headers: {}, body: '' });
    expect(spans.map(({ name }) => name)).toEqual([
      'publish dlq.kitchen-service.payment.completed',
      'publish other',
      'publish other',
    ]);
  });

  it('attending to an order is a root of its own, an error when it fails', async () => {
    await process(delivery({ traceparent: HOP }), () => undefined);
    await expect(
      traced().attending('o-1', async () => {
        expect(trace.getActiveSpan()).toBeDefined();
        throw new Unavailable('store');
      }),
    ).rejects.toThrow('store is away');
    expect(last()).toMatchObject({ name: 'attend order', parentSpanContext: undefined });
    expect(last().attributes).toEqual({ 'pizza.order.id': 'o-1', 'error.type': 'Unavailable' });
  });
});
