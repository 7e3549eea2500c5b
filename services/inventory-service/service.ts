import type { Behaviour } from '#shared/kernel/behaviour.ts';
import type { Service } from '#shared/runtime/service.ts';
import { decide, reservationIdOf } from './decide.ts';
import { par } from './menu.ts';
import { dueAt, evolve, holds, type InventoryEvent, type InventoryState, initial, isClosed } from './state.ts';

const behaviour = (ttl: number): Behaviour<InventoryState, InventoryEvent> => ({
  rules: {
    initial,
    evolve,
    decide: (state, circumstances) => decide(state, circumstances, ttl),
    holds,
    dueAt,
    isClosed,
  },
  outcomeOf: (_before, { type, data }) =>
    type === 'inventory.release' && data.reservationId !== reservationIdOf(data.orderId) ? 'rejected' : 'ok',
  judgesDeadlines: true,
  pools: { units: par, restock: true },
});

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
  behaviour: ({ settings }) => behaviour(settings.RESERVATION_TTL),
};
