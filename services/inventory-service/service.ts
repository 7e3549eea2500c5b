import { type Flow, startOf } from '#shared/contracts/flow.ts';
import type { Behaviour } from '#shared/kernel/behaviour.ts';
import { startedBy } from '#shared/kernel/started-by.ts';
import type { Service } from '#shared/runtime/service.ts';
import { decide, reservationIdOf } from './decide.ts';
import { par } from './menu.ts';
import { dueAt, evolve, holds, type InventoryEvent, type InventoryState, initial, isClosed } from './state.ts';

const behaviour = (flow: Flow, ttl: number): Behaviour<InventoryState, InventoryEvent> => ({
  rules: {
    initial,
    evolve: startedBy(flow, 'inventory', evolve),
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
  reacts: (flow) => ({
    [startOf(flow, 'inventory')]: ['inventory.reserved', 'inventory.unavailable', 'inventory.expired'],
    'inventory.release': ['inventory.released'],
    'kitchen.ready': [],
    'order.timeout': [],
    'order.cancelled': [],
  }),
  behaviour: ({ flow, settings }) => behaviour(flow, settings.RESERVATION_TTL),
};
