import type { Kitchen, Ports } from '../kitchen.ts';
import { requirementOf } from '../kitchen.ts';
import * as solution from '../solution.ts';

/** An event that is recorded has been handled, so its copy is skipped. */
export function startKitchen(ports: Ports): Kitchen {
  const { handleEvent, onSchedule } = solution.startKitchen(ports);
  return {
    async handleEvent(event) {
      const requirement = requirementOf(event.type);
      const known = await ports.table.get(event.data.orderId);
      if (requirement && known?.events[requirement]) return;
      await handleEvent(event);
    },
    onSchedule,
  };
}
