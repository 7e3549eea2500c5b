import {
  emitReady,
  emitTimeout,
  isComplete,
  isStale,
  type Kitchen,
  newOrder,
  type Ports,
  requirementOf,
} from '../kitchen.ts';

/** What is old has to end. */
export function startKitchen(ports: Ports): Kitchen {
  const { table, now } = ports;
  return {
    async handleEvent({ type, data }) {
      const requirement = requirementOf(type);
      if (!requirement) return;
      const state = (await table.get(data.orderId)) ?? newOrder(data.orderId, now());
      state.events = { ...state.events, [requirement]: data };
      await table.put(state);
      if (isComplete(state.events)) await emitReady(ports, state, `kitchen-${state.orderId}-ready-001`);
    },
    async onSchedule() {
      const stale = await table.scan((order) => isStale(order, now()));
      for (const order of stale) await emitTimeout(ports, order, `order-${order.orderId}-timeout-001`);
    },
  };
}
