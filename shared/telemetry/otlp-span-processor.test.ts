import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '#shared/testing/eventually.ts';
import { type OtlpReceiver, startOtlpReceiver } from '#shared/testing/otlp-receiver.ts';
import type { ReadableSpan, SpanProcessor } from './otlp-span-encoder.ts';
import { createOtlpSpanProcessor, type OtlpSpanProcessorOptions } from './otlp-span-processor.ts';

const resource = {
  attributes: {
    'service.name': 'test-service',
    'process.command_args': ['/home/somebody'],
    'host.id': Promise.resolve('x'),
  },
} as unknown as ReadableSpan['resource'];

const aSpan = (name: string, { traceFlags = 1, attributes = {} } = {}): ReadableSpan => ({
  name,
  kind: SpanKind.INTERNAL,
  spanContext: () => ({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags }),
  startTime: [1, 0],
  endTime: [2, 0],
  duration: [1, 0],
  status: { code: SpanStatusCode.UNSET },
  attributes,
  links: [],
  events: [],
  ended: true,
  resource,
  instrumentationScope: scope,
  droppedAttributesCount: 0,
  droppedEventsCount: 0,
  droppedLinksCount: 0,
});
const scope = { name: 'test' };

describe('the exporting span processor', () => {
  let receiver: OtlpReceiver;
  let dropped: { spans: number; reason: string }[];
  let processors: SpanProcessor[];

  beforeEach(async () => {
    receiver = await startOtlpReceiver();
    dropped = [];
    processors = [];
  });
  afterEach(async () => {
    for (const processor of processors) await processor.shutdown();
    await receiver[Symbol.asyncDispose]();
  });

  interface Over extends Partial<OtlpSpanProcessorOptions> {
    readonly url?: string;
    readonly delayMs?: number;
    readonly gzip?: boolean;
  }
  function processor({
    url = `${receiver.endpoint}/v1/traces`,
    delayMs = 3_600_000,
    gzip = false,
    ...over
  }: Over = {}) {
    const created = createOtlpSpanProcessor({
      settings: { url: new URL(url), headers: { 'x-tenant': 'pizza' }, timeoutMs: 5_000, gzip, delayMs },
      onDropped: (spans, reason) => dropped.push({ spans, reason }),
      wait: async () => undefined,
      ...over,
    });
    processors.push(created);
    return created;
  }
  const names = () => receiver.spans.map(({ name }) => name);

  it('sends what has gathered when its time has come, as one request', async () => {
    const exporting = processor({ delayMs: 20 });
    for (const name of ['a', 'b', 'c']) exporting.onEnd(aSpan(name));
    await eventually(async () => (receiver.spans.length > 0 ? true : undefined), 'spans');
    expect(names()).toEqual(['a', 'b', 'c']);
    expect(receiver.requests).toMatchObject([
      { path: '/v1/traces', headers: { 'content-type': 'application/x-protobuf', 'x-tenant': 'pizza' } },
    ]);
  });

  it('sends a full batch at once, whatever the time', async () => {
    const exporting = processor();
    const attributes = { text: 'x'.repeat(10_000) };
    for (let n = 0; n < 60; n++) exporting.onEnd(aSpan(`span ${n}`, { attributes }));
    await eventually(async () => (receiver.spans.length > 0 ? true : undefined), 'spans');
    expect(receiver.spans.length).toBeLessThan(60);
    await exporting.forceFlush();
    expect(names()).toEqual(Array.from({ length: 60 }, (_, n) => `span ${n}`));
  });

  it('sends what is left when it is shut down, and nothing after that', async () => {
    const exporting = processor();
    exporting.onEnd(aSpan('last'));
    await exporting.shutdown();
    exporting.onEnd(aSpan('too late'));
    await exporting.forceFlush();
    expect(names()).toEqual(['last']);
  });

  it('sends sampled spans only, and of the resource what names the process', async () => {
    const exporting = processor();
    exporting.onEnd(aSpan('not sampled', { traceFlags: 0 }));
    exporting.onEnd(aSpan('sampled'));
    await exporting.forceFlush();
    expect(names()).toEqual(['sampled']);
    expect(receiver.spans[0]?.resource).toEqual({ 'service.name': 'test-service' });
  });

  it.each([429, 502, 503, 504])('repeats what is answered with %i until it is taken', async (status) => {
    receiver.refusals.push(status, status);
    const exporting = processor();
    exporting.onEnd(aSpan('patient'));
    await exporting.forceFlush();
    expect(names()).toEqual(['patient']);
    expect(receiver.requests).toHaveLength(3);
    expect(dropped).toEqual([]);
  });

  it('gives up at once what is answered with 400, and says so', async () => {
    receiver.refusals.push(400);
    const exporting = processor();
    exporting.onEnd(aSpan('a'));
    exporting.onEnd(aSpan('b'));
    await exporting.forceFlush();
    expect(dropped).toEqual([{ spans: 2, reason: 'the receiver answered 400' }]);
    expect(receiver.requests).toHaveLength(1);
  });

  it('gives up after so many tries, and says so', async () => {
    const exporting = processor({ url: 'http://127.0.0.1:1/v1/traces', maxTries: 3 });
    exporting.onEnd(aSpan('a'));
    await exporting.forceFlush();
    expect(dropped).toEqual([{ spans: 1, reason: expect.stringContaining('ECONNREFUSED') }]);
  });

  it('drops what is too much for a receiver that is away, and counts it', async () => {
    const held = Promise.withResolvers<void>();
    const exporting = processor({ url: 'http://127.0.0.1:1/', maxWaiting: 2, maxTries: 2, wait: () => held.promise });
    const flushed: Promise<void>[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      exporting.onEnd(aSpan(name));
      flushed.push(exporting.forceFlush());
    }
    expect(dropped).toEqual([
      { spans: 1, reason: 'too many spans wait for the receiver' },
      { spans: 1, reason: 'too many spans wait for the receiver' },
    ]);
    held.resolve();
    await Promise.all(flushed);
    expect(dropped.reduce((sum, { spans }) => sum + spans, 0)).toBe(5);
  });

  it('a shutdown waits for no pause, and repeats nothing', async () => {
    receiver.refusals.push(503, 503, 503, 503, 503, 503);
    const exporting = processor({ wait: () => new Promise(() => undefined) });
    exporting.onEnd(aSpan('a'));
    await exporting.shutdown();
    expect(dropped).toEqual([{ spans: 1, reason: 'the receiver answered 503' }]);
    expect(receiver.requests).toHaveLength(1);
  });

  it('compresses when asked to', async () => {
    const exporting = processor({ gzip: true });
    exporting.onEnd(aSpan('small'.repeat(1_000)));
    await exporting.forceFlush();
    expect(receiver.requests).toMatchObject([{ headers: { 'content-encoding': 'gzip' } }]);
    expect(names()).toEqual(['small'.repeat(1_000)]);
  });
});
