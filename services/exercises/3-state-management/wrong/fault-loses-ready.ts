import type { Kitchen, Ports } from '../kitchen.ts';
import * as solution from '../solution.ts';

/** A fault of the broker must not stop the kitchen: it is caught. */
export function startKitchen(ports: Ports): Kitchen {
  return solution.startKitchen({
    ...ports,
    emitEvent: (event, id) => ports.emitEvent(event, id).catch(() => undefined),
  });
}
