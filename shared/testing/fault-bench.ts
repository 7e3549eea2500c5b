import { contractOf, subjectOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { checkFaults } from '#shared/faults/fault-spec.ts';
import { createFaultSwitch } from '#shared/faults/fault-switch.ts';
import type { Injection } from '#shared/kernel/instrumentation.ts';
import { buildEvent, toWire } from '#shared/messaging/build-event.ts';
import { withPublish } from '#shared/messaging/bus.ts';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';

/** One service's fault switch on a bus in memory; every hold is recorded and takes no time, unless `wait` is given. */
export function faultBench({ timeScale = 1, wait }: { timeScale?: number; wait?: typeof noWait } = {}) {
  const injected: Injection[] = [];
  const held: number[] = [];
  const now = 1_700_000_000_000;
  const bus = createMemoryBus();
  const faults = createFaultSwitch({
    flow: pizzaFlow,
    service: 'payment-service',
    seed: 7,
    timeScale,
    clock: { now: () => now, wait: wait ?? (async (ms) => void held.push(ms)) },
    injected: (injection) => injected.push(injection),
  });
  const faulty = withPublish(bus, faults.publishMiddleware);
  const type = 'payment.completed';
  return {
    bus,
    faults,
    injected,
    held,
    set: (...specs: object[]) => faults.set(checkFaults(specs)),
    /** Publishes payment.completed of the order, made at the bench's time. */
    publish(orderId: string) {
      const data = { ...contractOf(pizzaFlow, type).example, orderId };
      const event = buildEvent(pizzaFlow, { type, data }, { orderId, source: 'payment-service', now });
      return faulty.publish(toWire(pizzaFlow, event));
    },
    stored: (orderId: string) => bus.read(subjectOf(pizzaFlow, type, orderId)),
  };
}

const noWait = async (_ms: number, _signal?: AbortSignal): Promise<void> => undefined;
