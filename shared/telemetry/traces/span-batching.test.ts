import { describe, expect, it } from 'vitest';
import { readSpanBatching } from './span-batching.ts';

const BASE = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

describe('the standard OTEL_ variables', () => {
  it('without an endpoint nothing is exported', () => {
    expect(readSpanBatching({})).toBeUndefined();
    expect(readSpanBatching({ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://127.0.0.1:1' })).toBeUndefined();
  });

  it.each([{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }])('%j switches it off', (off) => {
    expect(readSpanBatching({ ...BASE, ...off })).toBeUndefined();
  });

  it('say how spans are batched, for a busy service unless they do', () => {
    expect(readSpanBatching(BASE)).toMatchObject({ maxQueueSize: 8_192, scheduledDelayMillis: 1_000 });
    const given = {
      OTEL_BSP_MAX_QUEUE_SIZE: '100',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '10',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_BSP_EXPORT_TIMEOUT: '700',
    };
    expect(readSpanBatching({ ...BASE, ...given })).toEqual({
      maxQueueSize: 100,
      maxExportBatchSize: 10,
      scheduledDelayMillis: 50,
      exportTimeoutMillis: 700,
    });
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, /OTEL_EXPORTER_OTLP_PROTOCOL=grpc .*http\/protobuf/],
    [{ OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' }, /TRACES_PROTOCOL=http\/json .*http\/protobuf/],
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, /OTEL_TRACES_EXPORTER=zipkin .*otlp or none/],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }, /OTEL_EXPORTER_OTLP_ENDPOINT must be a URL/],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '127.0.0.1:4318' }, /OTEL_EXPORTER_OTLP_ENDPOINT must be a URL/],
    [{ OTEL_BSP_SCHEDULE_DELAY: '1s' }, /OTEL_BSP_SCHEDULE_DELAY=1s .*whole number/],
    [{ OTEL_BSP_MAX_QUEUE_SIZE: '0' }, /OTEL_BSP_MAX_QUEUE_SIZE=0 .*above 0/],
  ])('%j is one clear error', (env, message) => {
    expect(() => readSpanBatching({ ...BASE, ...env })).toThrow(message);
  });
});
