import { type Listener, startListener } from './start-listener.ts';

/** A running `telemetry-sink.ts`. */
export interface TelemetrySink extends Listener {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  /** Spans received so far. */
  count(): Promise<number>;
}

export async function startTelemetrySink(): Promise<TelemetrySink> {
  const listener = await startListener('telemetry-sink.ts');
  const url = `http://127.0.0.1:${listener.port}`;
  return { ...listener, url, count: async () => Number(await (await fetch(url)).text()) };
}
