import { expect, it } from 'vitest';
import { startTelemetrySink } from './telemetry-sink.ts';

/** A protobuf field that holds bytes. */
const field = (number: number, ...parts: Buffer[]) => {
  const bytes = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
};

it('counts the spans of every resource and scope, and nothing else', async () => {
  await using sink = await startTelemetrySink();
  const url = sink.env.OTEL_EXPORTER_OTLP_ENDPOINT ?? '';
  const span = field(2, Buffer.from([6 * 8, 3, 7 * 8 + 1, 0, 0, 0, 0, 0, 0, 0, 0]));
  const resource = field(1, field(1, Buffer.from('a name')));
  const body = Buffer.concat([field(1, resource, field(2, span, span), field(2, span)), field(1, field(2, span))]);
  await fetch(`${url}/v1/traces`, { method: 'POST', body });
  expect(await sink.count()).toBe(4);
});
