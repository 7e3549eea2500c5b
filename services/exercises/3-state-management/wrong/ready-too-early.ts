import { emitReady, type Kitchen, newOrder, type Ports, requirementOf } from '../kitchen.ts';

/** Three events make a pizza: so they are counted. */
export function startKitchen(ports: Ports): Kitchen {
  const { table, now } = ports;
  return {
    async handleEvent({ type, data }) {
      const requirement = requirementOf(type);
      if (!requirement) return;
      const { status, ...state } = (await table.get(data.orderId)) ?? { ...newOrder(data.orderId, now()), status: '0' };
      const next = { ...state, events: { ...state.events, [requirement]: data }, status: String(Number(status) + 1) };
      await table.put(next);
      if (next.status === '3') await emitReady(ports, next);
    },
    async onSchedule() {},
  };
}
