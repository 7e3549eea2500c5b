import type { PizzaEventType } from '#shared/contracts/pizza-flow.ts';

/** What a service can do, besides publishing an event. */
export const actions = [
  /** Requests the compensation of everything that was fulfilled before the order ended. */
  'ask back what is fulfilled',
  /** On a fulfilment: requests its compensation when the order has ended already. */
  'ask it back if the order has ended',
  /** Undoes its own work: refunds the payment, releases the ingredients or the chef. */
  'undo it',
  /** Begins its work for the order. */
  'begin',
  /** Work that has not begun for this order does not begin any more. */
  'begin nothing',
  /** Shows the customer how the order ended. */
  'tell the customer',
] as const;

/** `publish inventory.unavailable`: an event of the service's own domain; the kitchen also publishes the order's outcome. */
export type Action = (typeof actions)[number] | `publish ${PizzaEventType}`;

export type Trigger = PizzaEventType | 'an ingredient is missing';

export const services = [
  'order-service',
  'payment-service',
  'inventory-service',
  'chef-service',
  'kitchen-service',
] as const;

/** One row of the design: who reacts to what, and how. */
export interface Reaction {
  readonly service: (typeof services)[number];
  readonly on: Trigger;
  readonly does: Action;
}
