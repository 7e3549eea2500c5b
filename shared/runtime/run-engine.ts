import type { Instrumentation } from '#shared/kernel/instrumentation.ts';
import { readEvent } from '#shared/messaging/read-event.ts';
import { consumeEvents } from './consume-events.ts';
import type { Engine, Service, ServicePorts } from './service.ts';

/** Consumes as every service does, and hands each event to the engine that keeps the orders: there is no store of ours. */
export async function runEngine(
  { name: service, reacts }: Service,
  engine: Engine,
  ports: ServicePorts,
  instrumentation: Instrumentation,
) {
  const { flow } = ports;
  const stopping = new AbortController();
  const consumption = await consumeEvents({
    ...ports,
    service,
    types: Object.keys(reacts(flow)),
    instrumentation,
    stopping: stopping.signal,
    process: async (delivery) => engine.handle(readEvent(flow, delivery), stopping.signal),
  });
  return {
    store: undefined,
    storeState: undefined,
    async stop(): Promise<void> {
      stopping.abort();
      await consumption.drain();
      await engine.stop();
    },
  };
}
