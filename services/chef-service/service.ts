import type { Behaviour } from '#shared/kernel/behaviour.ts';
import type { Service } from '#shared/runtime/service.ts';
import { decide } from './decide.ts';
import { roster } from './roster.ts';
import { type ChefEvent, type ChefState, evolve, holds, initial, isClosed } from './state.ts';

const behaviour: Behaviour<ChefState, ChefEvent> = {
  rules: { initial, evolve, decide, holds, isClosed },
  outcomeOf: ({ assigned }, { type, data }) =>
    type === 'chef.release' && data.chefId !== assigned ? 'rejected' : 'ok',
  pools: { units: Object.fromEntries(roster.map(({ chefId, slots }) => [chefId, slots])), restock: false },
};

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
  behaviour: () => behaviour,
};
