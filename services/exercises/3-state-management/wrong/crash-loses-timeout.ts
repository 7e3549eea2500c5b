import { emitTimeout, isStale, type Kitchen, type Ports } from '../kitchen.ts';
import * as solution from '../solution.ts';

/** Decided is decided: the next scan need not find it. */
export function startKitchen(ports: Ports): Kitchen {
  const { table, now } = ports;
  return {
    handleEvent: solution.startKitchen(ports).handleEvent,
    async onSchedule() {
      for (const order of await table.scan((one) => one.status === 'waiting' && isStale(one, now()))) {
        const isMine = await table.put({ ...order, status: 'timeout-published' }, order);
        if (isMine) await emitTimeout(ports, order, `order-${order.orderId}-timeout-001`);
      }
    },
  };
}
