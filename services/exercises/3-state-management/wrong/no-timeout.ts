import { emitTimeout, type Kitchen, newOrder, type Ports, TIMEOUT_MS } from '../kitchen.ts';
import * as solution from '../solution.ts';

/** A timer per order, from its first event on. It dies with the process. */
export function startKitchen(ports: Ports): Kitchen {
  const { handleEvent } = solution.startKitchen(ports);
  const timers = new Map<string, NodeJS.Timeout>();
  return {
    async handleEvent(event) {
      const { orderId } = event.data;
      const timeOut = async () =>
        emitTimeout(ports, (await ports.table.get(orderId)) ?? newOrder(orderId, ports.now()));
      if (!timers.has(orderId)) timers.set(orderId, setTimeout(timeOut, TIMEOUT_MS).unref());
      await handleEvent(event);
    },
    async onSchedule() {},
  };
}
