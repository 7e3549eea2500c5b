import type { PizzaEventData } from '#shared/contracts/pizza-flow.ts';
import type { EventOf } from '#shared/kernel/recorded-event.ts';

export type ChefEvent = EventOf<
  PizzaEventData,
  | 'order.created'
  | 'order.timeout'
  | 'order.cancelled'
  | 'kitchen.ready'
  | 'chef.release'
  | 'chef.assigned'
  | 'chef.unavailable'
  | 'chef.released'
>;

export interface ChefState {
  /** Undefined until order.created came. */
  readonly order?: { readonly eventId: string } & Pick<PizzaEventData['order.created'], 'pizzaType' | 'size'>;
  /** order.timeout or order.cancelled came: no new work begins. */
  readonly ended?: true;
  /** Decided before the end: the chef, or nobody. */
  readonly assigned?: string | 'nobody';
  readonly release?: { readonly eventId: string; readonly reason: string };
  readonly released?: true;
  readonly ready?: true;
}

export const initial: ChefState = {};

export function evolve(state: ChefState, event: ChefEvent): ChefState {
  switch (event.type) {
    case 'order.created': {
      const { pizzaType, size } = event.data;
      return state.order ? state : { ...state, order: { eventId: event.id, pizzaType, size } };
    }
    case 'chef.assigned':
      return { ...state, assigned: event.data.chefId };
    case 'chef.unavailable':
      return { ...state, assigned: 'nobody' };
    case 'chef.release':
      if (event.data.chefId !== state.assigned || state.release) return state;
      return { ...state, release: { eventId: event.id, reason: event.data.reason } };
    case 'chef.released':
      return { ...state, released: true };
    case 'kitchen.ready':
      return { ...state, ready: true };
    case 'order.timeout':
    case 'order.cancelled':
      return { ...state, ended: true };
    default:
      return event satisfies never;
  }
}

const isFree = ({ ready, release }: ChefState): boolean => ready === true || release !== undefined;

/** A slot of the chef, until the order is ready or the chef is released. */
export function holds(state: ChefState): Record<string, number> {
  const { assigned } = state;
  return assigned === undefined || assigned === 'nobody' || isFree(state) ? {} : { [assigned]: 1 };
}

export const isClosed = (state: ChefState): boolean =>
  state.assigned === undefined || state.assigned === 'nobody' || isFree(state);
