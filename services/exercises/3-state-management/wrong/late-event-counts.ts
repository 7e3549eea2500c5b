import { emitReady, isComplete, type Kitchen, newOrder, type Ports, requirementOf } from '../kitchen.ts';
import * as solution from '../solution.ts';

/** An order that is complete after all is made: the customer will be glad. */
export function startKitchen(ports: Ports): Kitchen {
  const { table, now } = ports;
  return {
    async handleEvent({ type, data }) {
      const requirement = requirementOf(type);
      if (!requirement) return;
      for (;;) {
        const seen = await table.get(data.orderId);
        const order = seen ?? newOrder(data.orderId, now());
        const events = { ...order.events, [requirement]: data };
        const next = { ...order, events, status: isComplete(events) ? 'ready' : order.status };
        if (!(await table.put(next, seen))) continue;
        if (isComplete(events)) await emitReady(ports, next, `kitchen-${data.orderId}-ready-001`);
        return;
      }
    },
    onSchedule: solution.startKitchen(ports).onSchedule,
  };
}
