import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { context, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { afterEach, expect, test, vi } from 'vitest';
import { createLogger } from './logger.ts';
import { otlpLogStream, sendLogsOverOtlp } from './otlp-logs.ts';

interface LogRecord {
  readonly timeUnixNano: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: { readonly stringValue: string };
  readonly traceId?: string;
  readonly spanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
}
interface Export {
  readonly resourceLogs: readonly {
    readonly resource: { readonly attributes: LogRecord['attributes'] };
    readonly scopeLogs: readonly { readonly logRecords: readonly LogRecord[] }[];
  }[];
}

afterEach(() => {
  sendLogsOverOtlp(false);
  vi.unstubAllEnvs();
});

/** An OTLP/HTTP receiver, and the standard variables that send there. */
async function receiver() {
  const received: { path: string | undefined; body: Export }[] = [];
  const server = createServer(async (request, response) => {
    received.push({ path: request.url, body: (await json(request)) as Export });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const variables = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_TRACES_EXPORTER: 'none',
    OTEL_METRICS_EXPORTER: 'none',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  return { received, stop: () => new Promise((resolve) => server.close(resolve)) };
}

const fieldsOf = (attributes: LogRecord['attributes']) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

test('lines go to an OTLP receiver as log records of the active trace, with severity, body and fields', async () => {
  const { received, stop } = await receiver();
  const sdk = new NodeSDK({ serviceName: 'kitchen-service', autoDetectResources: false });
  sdk.start();
  sendLogsOverOtlp();
  const log = createLogger({ service: 'kitchen-service', level: 'warn' });
  const span = trace.wrapSpanContext({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: 1,
  });
  log.info('below the level');
  context.with(trace.setSpan(context.active(), span), () =>
    log.warn({ order_id: 'o-1', delivery_count: 2, err: new Error('at nats://u:s3cret@h') }, 'to be tried again'),
  );
  log.warn({ trace_id: '1af7651916cd43dd8448eb211c80319c' }, 'of a trace that is not active');
  await sdk.shutdown();
  await stop();

  expect(received.map(({ path }) => path)).toEqual(['/v1/logs']);
  const [exported] = received[0]?.body.resourceLogs ?? [];
  expect(fieldsOf(exported?.resource.attributes ?? [])).toMatchObject({ 'service.name': 'kitchen-service' });
  const records = exported?.scopeLogs.flatMap(({ logRecords }) => logRecords) ?? [];
  expect(records).toHaveLength(2);
  expect(records[0]).toMatchObject({
    severityNumber: 13,
    severityText: 'warn',
    body: { stringValue: 'to be tried again' },
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
  });
  expect(Math.abs(Number(records[0]?.timeUnixNano) / 1e6 - Date.now())).toBeLessThan(600_000);
  const fields = fieldsOf(records[0]?.attributes ?? []);
  expect(fields).toMatchObject({ order_id: 'o-1', delivery_count: 2, 'exception.message': 'at nats://***@h' });
  expect(Object.keys(fields).sort()).toEqual([
    'delivery_count',
    'exception.message',
    'exception.stacktrace',
    'exception.type',
    'order_id',
  ]);
  expect(fieldsOf(records[1]?.attributes ?? [])).toEqual({ trace_id: '1af7651916cd43dd8448eb211c80319c' });
});

test('nothing is sent unless it was asked for', () => {
  expect(otlpLogStream()).toBeUndefined();
});
