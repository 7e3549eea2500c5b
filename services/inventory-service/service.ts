import type { Service } from '#shared/runtime/service.ts';
import { decide, reservationIdOf } from './decide.ts';
import { par } from './menu.ts';
import { recall } from './recall.ts';

/** Reserves the ingredients of every order, lets reservations run out, and takes back what the kitchen releases. */
export const inventoryService: Service = {
  name: 'inventory-service',
  reacts: () => ({
    'order.created': ['inventory.reserved', 'inventory.unavailable', 'inventory.expired'],
    'inventory.release': ['inventory.released'],
    'kitchen.ready': [],
    'order.timeout': [],
    'order.cancelled': [],
  }),
  behaviour: ({ settings }) => ({
    decide: (correlation, circumstances) => decide(correlation, circumstances, settings.RESERVATION_TTL),
    recall,
    outcomeOf: ({ id }, { type, data }) =>
      type === 'inventory.release' && data.reservationId !== reservationIdOf(id) ? 'rejected' : 'ok',
    judgesDeadlines: true,
    pools: { units: par, restock: true },
  }),
};
