import { emitTimeout, isStale, type Kitchen, type Ports } from '../kitchen.ts';
import * as solution from '../solution.ts';

/** A stale order has been waiting for half an hour: nobody will write to it just now. */
export function startKitchen(ports: Ports): Kitchen {
  const { table, now } = ports;
  return {
    handleEvent: solution.startKitchen(ports).handleEvent,
    async onSchedule() {
      for (const order of await table.scan((one) => one.status === 'waiting' && isStale(one, now()))) {
        await emitTimeout(ports, order, `order-${order.orderId}-timeout-001`);
        await table.put({ ...order, status: 'timeout-published' });
      }
    },
  };
}
