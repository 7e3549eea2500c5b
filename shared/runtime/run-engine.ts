import type { Instrumentation } from '#shared/kernel/instrumentation.ts';
import { readEvent } from '#shared/messaging/read-event.ts';
import { consumeEvents } from './consume-events.ts';
import type { Service, ServicePorts } from './service.ts';

/** Consumes as every service does, and hands each event to the engine that keeps the orders: there is no store of ours. */
export async function runEngine(
  { name: service, reacts }: Service,
  open: NonNullable<Service['engine']>,
  ports: ServicePorts,
  instrumentation: Instrumentation,
) {
  const { flow } = ports;
  const stopping = new AbortController();
  await using starting = new AsyncDisposableStack();
  const engine = await open(ports);
  starting.defer(() => engine.stop());
  const consumption = await consumeEvents({
    ...ports,
    service,
    types: Object.keys(reacts(flow)),
    instrumentation,
    stopping: stopping.signal,
    process: async (delivery) => engine.handle(readEvent(flow, delivery), stopping.signal),
  });
  starting.defer(() => consumption.drain());
  starting.defer(() => stopping.abort());
  const running = starting.move();
  return { store: undefined, storeState: undefined, stop: () => running.disposeAsync() };
}
