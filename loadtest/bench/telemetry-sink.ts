import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { spawnGuarded } from '#shared/stack/processes/guarded-process.ts';

/** An OTLP/HTTP receiver in a process of its own that counts spans and keeps none. */
export type TelemetrySink = Awaited<ReturnType<typeof startTelemetrySink>>;

export async function startTelemetrySink() {
  const args = [import.meta.filename];
  const { pid, stdout, exited, stop } = await spawnGuarded({ file: process.execPath, args, output: 'pipe' });
  const ended = exited.then(() => Promise.reject(new Error('the telemetry sink ended before it listened')));
  const [port] = await Promise.race([once(createInterface({ input: stdout ?? Readable.from([]) }), 'line'), ended]);
  const url = `http://127.0.0.1:${port}`;
  return {
    pid,
    /** Variables that make a service send its spans here, and no logs. */
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_LOGS_EXPORTER: 'none' },
    /** Spans received so far. */
    count: async () => Number(await (await fetch(url)).text()),
    [Symbol.asyncDispose]: async () => void (await stop(1_000)),
  };
}

/** The fields of a protobuf message that hold bytes, by number. */
function* fieldsOf(message: Buffer): Generator<readonly [field: number, bytes: Buffer]> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const wireType = tag & 7;
    if (wireType === 0) varint();
    else {
      const length = wireType === 2 ? varint() : wireType === 1 ? 8 : 4;
      yield [tag >>> 3, message.subarray(at, at + length)];
      at += length;
    }
  }
}

/** Messages at the end of a path of field numbers. */
function countAt(message: Buffer, [field, ...rest]: readonly number[]): number {
  if (field === undefined) return 1;
  const found = [...fieldsOf(message)].filter(([number]) => number === field);
  return found.reduce((count, [, bytes]) => count + countAt(bytes, rest), 0);
}

/** In an ExportTraceServiceRequest: resource_spans, scope_spans, spans. */
const SPANS = [1, 2, 2];

/** GET answers with the number of spans received. */
function serve(): void {
  let spans = 0;
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') spans += countAt(Buffer.concat(await request.toArray()), SPANS);
    response.end(request.method === 'POST' ? '' : String(spans));
  });
  server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
}

if (import.meta.main) serve();
