import { emitTimeout, isStale, type Kitchen, type Ports } from '../kitchen.ts';
import * as solution from '../solution.ts';

/** The scan looks for orders that are older than 30 minutes and have not been ready. They stay so. */
export function startKitchen(ports: Ports): Kitchen {
  const { table, now } = ports;
  return {
    handleEvent: solution.startKitchen(ports).handleEvent,
    async onSchedule() {
      const stale = await table.scan((order) => order.status === 'waiting' && isStale(order, now()));
      for (const order of stale) await emitTimeout(ports, order);
    },
  };
}
