import { emitReady, isComplete, type Kitchen, newOrder, type Ports, requirementOf } from '../kitchen.ts';

/** The chef is the last one, as in the picture of the flow. */
export function startKitchen(ports: Ports): Kitchen {
  const { table, now } = ports;
  return {
    async handleEvent({ type, data }) {
      const requirement = requirementOf(type);
      if (!requirement) return;
      const state = (await table.get(data.orderId)) ?? newOrder(data.orderId, now());
      state.events = { ...state.events, [requirement]: data };
      await table.put(state);
      if (requirement === 'chef' && isComplete(state.events)) await emitReady(ports, state);
    },
    async onSchedule() {},
  };
}
