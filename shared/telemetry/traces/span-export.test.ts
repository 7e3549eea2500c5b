import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { beforeEach, describe, expect, it } from 'vitest';
import { aSpan } from '#shared/telemetry/traces/fixtures/a-span.ts';
import { startOtlpReceiver } from '#shared/telemetry/traces/fixtures/otlp-receiver.ts';
import type { SpanBatching } from './span-batching.ts';
import { createSpanExport } from './span-export.ts';

type OnResult = Parameters<SpanExporter['export']>[1];

const SUCCESS = { code: 0 };
const failure = (message: string) => ({ code: 1, error: new Error(message) });

describe('the export of spans', () => {
  let lost: [spans: number, reason: string, error: string | undefined][];
  /** Batches that the exporter holds until it is told how they end. */
  let held: { readonly spans: readonly ReadableSpan[]; readonly end: OnResult }[];
  beforeEach(() => {
    lost = [];
    held = [];
  });

  const holding: SpanExporter = {
    export: (spans, end) => void held.push({ spans, end }),
    shutdown: async () => undefined,
  };
  const exporting = (batching: Partial<SpanBatching> = {}, exporter = holding) =>
    createSpanExport({
      exporter,
      batching: {
        maxQueueSize: 4,
        maxExportBatchSize: 2,
        scheduledDelayMillis: 3_600_000,
        exportTimeoutMillis: 30_000,
        ...batching,
      },
      onLost: (spans, reason, error) => lost.push([spans, reason, error?.message]),
    });
  const end = (processor: ReturnType<typeof exporting>['processor'], ...names: string[]) => {
    for (const name of names) processor.onEnd(aSpan({ name }));
  };
  const namesOf = (spans: readonly { name: string }[] = []) => spans.map(({ name }) => name);

  it('sends what is allowed of sampled spans, as OTLP', async () => {
    await using receiver = await startOtlpReceiver();
    const { processor, giveUp } = exporting({}, new OTLPTraceExporter({ url: `${receiver.endpoint}/v1/traces` }));
    const attributes = { 'pizza.order.id': 'o-1', 'url.full': 'http://secret' };
    processor.onEnd(aSpan({ name: 'sampled', attributes }));
    processor.onEnd(aSpan({ name: 'not sampled', traceFlags: 0 }));
    await processor.shutdown();
    giveUp();
    expect(receiver.spans).toMatchObject([{ name: 'sampled', resource: { 'service.name': 'test-service' } }]);
    expect(receiver.spans[0]?.attributes).toEqual({ 'pizza.order.id': 'o-1' });
    expect(lost).toEqual([]);
  });

  it('counts each span that ends while the queue is full, and takes them again after that', async () => {
    const { processor } = exporting();
    end(processor, 'a', 'b', 'c', 'd', 'e', 'f');
    expect(namesOf(held[0]?.spans)).toEqual(['a', 'b']);
    end(processor, 'g', 'h');
    expect(lost).toEqual([
      [1, 'queue-full', undefined],
      [1, 'queue-full', undefined],
    ]);
    held[0]?.end(SUCCESS);
    await expect.poll(() => held.length).toBe(2);
    end(processor, 'i', 'j');
    expect(lost).toHaveLength(2);
  });

  it('loses nothing of a queue that is just full', async () => {
    const { processor, giveUp } = exporting();
    end(processor, 'a', 'b', 'c', 'd', 'e', 'f');
    const ended = processor.shutdown();
    for (let n = 0; n < 3; n++) {
      await expect.poll(() => held.length).toBeGreaterThan(n);
      held[n]?.end(SUCCESS);
    }
    await ended;
    giveUp();
    expect(held.flatMap(({ spans }) => namesOf(spans))).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(lost).toEqual([]);
  });

  it('counts the spans of a batch that the exporter gave up, with its reason', () => {
    const { processor } = exporting();
    end(processor, 'a', 'b');
    held[0]?.end(failure('the receiver answered 400'));
    expect(lost).toEqual([[2, 'export-failed', 'the receiver answered 400']]);
  });

  it('at its end waits for every batch, though one has failed', async () => {
    const closing = Promise.withResolvers<void>();
    const { processor } = exporting({}, { ...holding, shutdown: () => closing.promise });
    end(processor, 'a', 'b', 'c', 'd');
    let isOver = false;
    const ended = processor.shutdown().then(() => {
      isOver = true;
    });
    await expect.poll(() => held.length).toBe(2);
    held[0]?.end(SUCCESS);
    held[1]?.end(failure('refused'));
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    closing.resolve();
    await ended;
  });

  it('counts as lost what neither was sent nor failed when the process ends', () => {
    const { processor, giveUp } = exporting();
    end(processor, 'a', 'b', 'c');
    giveUp();
    expect(lost).toEqual([[3, 'export-failed', expect.stringContaining('ended')]]);
  });
});
