import { type Flow, startOf } from '#shared/contracts/flow.ts';
import type { Behaviour } from '#shared/kernel/behaviour.ts';
import { startedBy } from '#shared/kernel/started-by.ts';
import type { Service } from '#shared/runtime/service.ts';
import { decide } from './decide.ts';
import { roster } from './roster.ts';
import { type ChefEvent, type ChefState, evolve, holds, initial, isClosed } from './state.ts';

const behaviour = (flow: Flow): Behaviour<ChefState, ChefEvent> => ({
  rules: { initial, evolve: startedBy(flow, 'chef', evolve), decide, holds, isClosed },
  outcomeOf: ({ assigned }, { type, data }) =>
    type === 'chef.release' && data.chefId !== assigned ? 'rejected' : 'ok',
  pools: { units: Object.fromEntries(roster.map(({ chefId, slots }) => [chefId, slots])), restock: false },
});

/** Assigns a chef to every order and frees the slot when it is ready or released. */
export const chefService: Service = {
  name: 'chef-service',
  reacts: (flow) => ({
    [startOf(flow, 'chef')]: ['chef.assigned', 'chef.unavailable'],
    'chef.release': ['chef.released'],
    'kitchen.ready': [],
    'order.timeout': [],
    'order.cancelled': [],
  }),
  behaviour: ({ flow }) => behaviour(flow),
};
