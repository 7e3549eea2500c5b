import { describe, expect, it } from 'vitest';
import { readOtlpSettings } from './otlp-settings.ts';

const BASE = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
const TRACES = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:9/custom' };

describe('the standard OTEL_ variables', () => {
  it('without an endpoint nothing is exported', () => {
    expect(readOtlpSettings({})).toBeUndefined();
    expect(readOtlpSettings({ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://127.0.0.1:1' })).toBeUndefined();
  });

  it.each([{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }])('%j switches it off', (off) => {
    expect(readOtlpSettings({ ...BASE, ...off })).toBeUndefined();
  });

  it('the common endpoint is a base, the one for traces is the address itself', () => {
    expect(readOtlpSettings(BASE)?.url.href).toBe('http://127.0.0.1:4318/v1/traces');
    expect(readOtlpSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://h/base/' })?.url.href).toBe(
      'https://h/base/v1/traces',
    );
    expect(readOtlpSettings({ ...BASE, ...TRACES })?.url.href).toBe('http://127.0.0.1:9/custom');
  });

  it('what is said for traces wins, and headers are decoded and put together', () => {
    const settings = readOtlpSettings({
      ...BASE,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20abc==, x=1',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x=2',
      OTEL_EXPORTER_OTLP_TIMEOUT: '5000',
      OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '700',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    });
    expect(settings).toMatchObject({
      headers: { authorization: 'Basic abc==', x: '2' },
      timeoutMs: 700,
      gzip: true,
      delayMs: 50,
    });
    expect(readOtlpSettings(BASE)).toMatchObject({ headers: {}, timeoutMs: 10_000, gzip: false, delayMs: 1_000 });
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, /OTEL_EXPORTER_OTLP_PROTOCOL=grpc .*http\/protobuf/],
    [{ OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' }, /TRACES_PROTOCOL=http\/json .*http\/protobuf/],
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, /OTEL_TRACES_EXPORTER=zipkin .*otlp or none/],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }, /OTEL_EXPORTER_OTLP_ENDPOINT must be a URL/],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: '1s' }, /OTEL_EXPORTER_OTLP_TIMEOUT=1s .*milliseconds/],
    [{ OTEL_EXPORTER_OTLP_COMPRESSION: 'zstd' }, /OTEL_EXPORTER_OTLP_COMPRESSION=zstd .*gzip or none/],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'a=%zz' }, /OTEL_EXPORTER_OTLP_HEADERS .*percent-encoded/],
  ])('%j is one clear error', (env, message) => {
    expect(() => readOtlpSettings({ ...BASE, ...env })).toThrow(message);
  });
});
