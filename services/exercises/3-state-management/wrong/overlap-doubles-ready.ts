import type { Kitchen, Ports } from '../kitchen.ts';
import * as solution from '../solution.ts';

/** Ready orders are marked when kitchen.ready is published, and published only if they are not marked. */
export function startKitchen(ports: Ports): Kitchen {
  const told = new Set<string>();
  return solution.startKitchen({
    ...ports,
    async emitEvent(event) {
      const key = `${event.type} ${event.data.orderId}`;
      if (!told.has(key)) await ports.emitEvent(event);
      told.add(key);
    },
  });
}
