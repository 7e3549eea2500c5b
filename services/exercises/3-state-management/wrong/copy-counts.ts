import { emitReady, isComplete, type Kitchen, newOrder, type Ports, requirementOf } from '../kitchen.ts';

/** Recording an event twice does no harm, since it is the same event. */
export function startKitchen(ports: Ports): Kitchen {
  const { table, now } = ports;
  return {
    async handleEvent({ type, data }) {
      const requirement = requirementOf(type);
      if (!requirement) return;
      const state = (await table.get(data.orderId)) ?? newOrder(data.orderId, now());
      state.events = { ...state.events, [requirement]: data };
      await table.put(state);
      if (isComplete(state.events)) await emitReady(ports, state);
    },
    async onSchedule() {},
  };
}
