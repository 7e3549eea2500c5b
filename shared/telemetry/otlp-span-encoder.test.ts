import { createRequire } from 'node:module';
import { createTraceState, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSpanBatcher, resourceBytes } from './otlp-span-batch.ts';
import type { ReadableSpan } from './otlp-span-encoder.ts';

/** The encoder of the SDK's own exporter: a part of it that no package.json of ours names. */
const { ProtobufTraceSerializer: stock } = createRequire(import.meta.url)('@opentelemetry/otlp-transformer') as {
  ProtobufTraceSerializer: { serializeRequest(spans: readonly ReadableSpan[]): Uint8Array };
};

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const scope = { name: 'pizza-choreography', version: '0.1.0' };
const resource = {
  attributes: { 'service.name': 'kitchen-service', 'process.pid': 4711 },
} as unknown as ReadableSpan['resource'];

function aSpan(over: Partial<ReadableSpan> & { spanId?: string } = {}): ReadableSpan {
  const { spanId = '00f067aa0ba902b7', ...rest } = over;
  return {
    name: 'process pizza.payment.completed',
    kind: SpanKind.CONSUMER,
    spanContext: () => ({ traceId: TRACE, spanId, traceFlags: 1 }),
    startTime: [1_795_000_000, 123_456_789],
    endTime: [1_795_000_001, 0],
    duration: [0, 876_543_211],
    status: { code: SpanStatusCode.UNSET },
    attributes: {},
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...rest,
  };
}

function ours(spans: readonly ReadableSpan[]): Buffer {
  const batcher = createSpanBatcher();
  for (const span of spans) batcher.add(span);
  return Buffer.from(batcher.take(resourceBytes(resource.attributes))?.body ?? []);
}

function sameBytes(...spans: ReadableSpan[]): void {
  expect(ours(spans).toString('hex')).toBe(Buffer.from(stock.serializeRequest(spans)).toString('hex'));
}

describe("the span encoder writes, byte for byte, what the SDK's own writes of", () => {
  it('a plain span', () => sameBytes(aSpan()));

  it('every kind and status', () => {
    for (const kind of [0, 1, 2, 3, 4]) sameBytes(aSpan({ kind }));
    sameBytes(aSpan({ status: { code: SpanStatusCode.ERROR, message: 'store is away — €' } }));
    sameBytes(aSpan({ status: { code: SpanStatusCode.OK } }));
  });

  it('a local and a remote parent, and a trace state', () => {
    const parent = { traceId: TRACE, spanId: PARENT, traceFlags: 1 };
    sameBytes(aSpan({ parentSpanContext: parent }), aSpan({ parentSpanContext: { ...parent, isRemote: true } }));
    const traceState = createTraceState('vendor=a,other=b');
    sameBytes(aSpan({ spanContext: () => ({ ...parent, traceState }) }));
  });

  it('attributes of every type of value', () =>
    sameBytes(
      aSpan({
        attributes: {
          text: 'pizza',
          empty: '',
          'beyond ASCII — €': 'crème brûlée 🍕 \ud800',
          long: 'x'.repeat(20_000),
          yes: true,
          no: false,
          integers: [0, 1, -1, 127, 128, 2 ** 31, 2 ** 32, -(2 ** 40), Number.MAX_SAFE_INTEGER, -(2 ** 63)],
          doubles: [0.5, -1e-9, 2 ** 63, Number.NaN, Number.POSITIVE_INFINITY],
          texts: ['a', null, 'b'],
          bytes: Uint8Array.of(0, 255),
          map: { inner: { deep: [true, 'x'] }, empty: {} },
          nothing: null,
        },
      }),
    ));

  it('events, links and what was dropped', () =>
    sameBytes(
      aSpan({
        events: [
          { name: 'duplicate', time: [1_795_000_000, 999_999_999] },
          { name: 'retry', time: [0, 0], attributes: { 'error.type': 'Retryable' }, droppedAttributesCount: 300 },
        ],
        links: [
          { context: { traceId: TRACE, spanId: PARENT, traceFlags: 0, isRemote: true } },
          {
            context: { traceId: TRACE, spanId: PARENT, traceFlags: 1, traceState: createTraceState('a=b') },
            attributes: { 'pizza.join.contribution': 'chef.assigned' },
            droppedAttributesCount: 2,
          },
        ],
        droppedAttributesCount: 1,
        droppedEventsCount: 2,
        droppedLinksCount: 70_000,
      }),
    ));

  it('spans of several scopes', () => {
    const http = { name: '@opentelemetry/instrumentation-http', schemaUrl: 'https://opentelemetry.io/schemas/1.44.0' };
    const nameless = { name: '' };
    sameBytes(
      aSpan(),
      aSpan({ instrumentationScope: http, spanId: PARENT }),
      aSpan({ spanId: PARENT }),
      aSpan({ instrumentationScope: nameless }),
    );
  });

  it('whatever else', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.double());
    const time = fc.tuple(fc.nat({ max: 2 ** 31 - 1 }), fc.nat({ max: 999_999_999 }));
    fc.assert(
      fc.property(fc.string(), fc.dictionary(fc.string(), value), time, time, (name, attributes, startTime, endTime) =>
        sameBytes(aSpan({ name, attributes, startTime, endTime })),
      ),
    );
  });
});

describe('a batch', () => {
  it('begins anew once it was taken', () => {
    const batcher = createSpanBatcher();
    const head = resourceBytes(resource.attributes);
    expect(batcher.take(head)).toBeUndefined();
    batcher.add(aSpan());
    expect(batcher.take(head)?.spans).toBe(1);
    expect(batcher.bytes).toBe(0);
    expect(batcher.take(head)).toBeUndefined();
    batcher.add(aSpan({ name: 'second' }));
    const second = Buffer.from(batcher.take(head)?.body ?? []);
    expect(second.equals(Buffer.from(stock.serializeRequest([aSpan({ name: 'second' })])))).toBe(true);
  });

  it('leaves out attributes that are not allowed, on spans, events and links, and texts of a status', () => {
    const batcher = createSpanBatcher({ allowed: new Set(['pizza.order.id']) });
    const attributes = { 'user_agent.original': 'secret', 'pizza.order.id': '12345' };
    const context = { traceId: TRACE, spanId: PARENT, traceFlags: 1 };
    const status = { code: SpanStatusCode.ERROR, message: 'secret' };
    const events = [{ name: 'exception', time: [1, 2] as [number, number], attributes }];
    batcher.add(aSpan({ attributes, status, events, links: [{ context, attributes }] }));
    const text = Buffer.from(batcher.take(resourceBytes({}))?.body ?? []).toString('latin1');
    expect(text).not.toMatch(/secret|user_agent/);
    expect(text.match(/pizza\.order\.id/g)).toHaveLength(3);
  });
});
