import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { spawnGuarded } from '#shared/stack/guarded-process.ts';

/** A running `telemetry-sink.ts`. */
export interface TelemetrySink extends AsyncDisposable {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  readonly pid: number;
  /** Spans received so far. */
  count(): Promise<number>;
}

export async function startTelemetrySink(): Promise<TelemetrySink> {
  const args = [join(import.meta.dirname, 'telemetry-sink.ts')];
  const { pid, stdout, stop } = await spawnGuarded({ file: process.execPath, args, output: 'pipe' });
  if (!stdout) throw new Error('the sink has no output');
  const [port] = (await once(createInterface({ input: stdout }), 'line')) as [string];
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    pid,
    count: async () => Number(await (await fetch(url)).text()),
    [Symbol.asyncDispose]: async () => void (await stop(1_000)),
  };
}
