import type { PizzaEventData } from '#shared/contracts/pizza-flow.ts';
import type { EventOf } from '#shared/kernel/recorded-event.ts';

export type InventoryEvent = EventOf<
  PizzaEventData,
  | 'order.created'
  | 'order.timeout'
  | 'order.cancelled'
  | 'kitchen.ready'
  | 'inventory.release'
  | 'inventory.reserved'
  | 'inventory.unavailable'
  | 'inventory.expired'
  | 'inventory.released'
>;

type Ingredients = PizzaEventData['inventory.reserved']['ingredientsReserved'];

export interface InventoryState {
  /** Undefined until order.created came. */
  readonly order?: { readonly eventId: string } & Pick<
    PizzaEventData['order.created'],
    'pizzaType' | 'toppings' | 'size'
  >;
  /** order.timeout or order.cancelled came: no new work begins. */
  readonly ended?: true;
  readonly refused?: true;
  readonly reservation?: { readonly id: string; readonly ingredients: Ingredients; readonly expiresAt: number };
  readonly expired?: true;
  readonly release?: { readonly eventId: string; readonly reason: string };
  readonly released?: true;
  readonly ready?: true;
}

export const initial: InventoryState = {};

export function evolve(state: InventoryState, event: InventoryEvent): InventoryState {
  switch (event.type) {
    case 'order.created': {
      const { pizzaType, toppings, size } = event.data;
      return state.order ? state : { ...state, order: { eventId: event.id, pizzaType, toppings, size } };
    }
    case 'inventory.reserved': {
      const { reservationId: id, ingredientsReserved: ingredients, expiresAt } = event.data;
      return { ...state, reservation: { id, ingredients, expiresAt: Date.parse(expiresAt) } };
    }
    case 'inventory.unavailable':
      return { ...state, refused: true };
    case 'inventory.expired':
      return { ...state, expired: true };
    case 'inventory.release':
      if (event.data.reservationId !== state.reservation?.id || state.release || state.ready) return state;
      return { ...state, release: { eventId: event.id, reason: event.data.reason } };
    case 'inventory.released':
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

/** The ingredients, unless they were released. A ready order has used them up for good. */
export function holds({ reservation, release }: InventoryState): Record<string, number> {
  if (!reservation || release) return {};
  return Object.fromEntries(reservation.ingredients.map(({ ingredient, quantity }) => [ingredient, quantity]));
}

const isOver = ({ ready, release }: InventoryState): boolean => ready === true || release !== undefined;

/** When the reservation runs out. */
export const dueAt = (state: InventoryState): number | undefined =>
  isOver(state) || state.expired ? undefined : state.reservation?.expiresAt;

export const isClosed = (state: InventoryState): boolean => state.reservation === undefined || isOver(state);
