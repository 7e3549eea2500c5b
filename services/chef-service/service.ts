import type { Service } from '#shared/runtime/service.ts';
import { decide } from './decide.ts';
import { recall } from './recall.ts';
import { roster } from './roster.ts';

/** Assigns a chef to every order and frees the slot when it is ready or released. */
export const chefService: Service = {
  name: 'chef-service',
  reacts: () => ({
    'order.created': ['chef.assigned', 'chef.unavailable'],
    'chef.release': ['chef.released'],
    'kitchen.ready': [],
    'order.timeout': [],
    'order.cancelled': [],
  }),
  behaviour: () => ({
    decide,
    recall,
    outcomeOf: ({ state }, { type, data }) =>
      type === 'chef.release' && (state as { chefId?: string }).chefId !== data.chefId ? 'rejected' : 'ok',
    pools: { units: Object.fromEntries(roster.map(({ chefId, slots }) => [chefId, slots])), restock: false },
  }),
};
