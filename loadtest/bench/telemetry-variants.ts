import { join } from 'node:path';
import { knownServices } from '#shared/stack/service-plan.ts';
import { postOrders, starter } from './choreography-variants.ts';
import { startTelemetrySink } from './start-telemetry-sink.ts';
import type { Variant } from './variant.ts';

/** Spans that a run sent, and those that its services say they lost; told when all of it has ended. */
export type OnSpans = (variant: string, received: number, lost: number) => void;

/** The file that runs a service without instruments of any kind. */
export const withoutMetrics = (service: string): string =>
  join(import.meta.dirname, 'without-metrics', `${service}.ts`);

/** The same services without instruments of any kind. */
export const nothing: Variant = {
  name: 'nothing',
  start: starter({}, postOrders, {
    services: knownServices().map((name) => ({ name, main: withoutMetrics(name) })),
  }),
};

/** As `npm start` runs them. */
export const metrics: Variant = { name: 'metrics', start: starter({}, postOrders) };

/** Metrics, and spans to a receiver that counts them: all, or those of a share of the orders. */
export const traced = (name: string, onSpans: OnSpans, sampling: Record<string, string> = {}): Variant => ({
  name,
  async start(onReady, signal, added) {
    await using starting = new AsyncDisposableStack();
    const sink = await startTelemetrySink();
    let lost = 0;
    starting.defer(async () => {
      onSpans(name, await sink.count(), lost);
      await sink[Symbol.asyncDispose]();
    });
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_LOGS_EXPORTER: 'none', ...sampling };
    const onLine = (_service: string, line: string) => {
      if (line.includes('spans were lost')) lost += Number(JSON.parse(line).spans);
    };
    const running = starting.use(await starter(env, postOrders, { onLine })(onReady, signal, added));
    const owned = starting.move();
    return {
      ...running,
      processes: [...running.processes, { name: 'sink', pid: sink.pid }],
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  },
});
