import { type Kitchen, newOrder, type Ports, requirementOf } from './kitchen.ts';

/** Called once in each process. Two processes run; what is kept outside of `table` dies with its process. */
export function startKitchen({ table, now }: Ports): Kitchen {
  return {
    async handleEvent({ type, data: { orderId } }) {
      const requirement = requirementOf(type);
      if (!requirement) return;

      // TODO: record that the event came.
      const state = (await table.get(orderId)) ?? newOrder(orderId, now());
      await table.put(state);

      // TODO: are all three there?

      // TODO: if so, emitReady.
    },

    /** Called every five minutes, in one of the processes. */
    async onSchedule() {
      // TODO: emitTimeout for orders that have waited for 30 minutes.
    },
  };
}
