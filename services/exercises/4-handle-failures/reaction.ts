import type { PizzaEventType } from '#shared/contracts/pizza-flow.ts';

/** One row of the design: who reacts to what, and how. */
export interface Reaction {
  readonly service: ServiceName;
  readonly on: PizzaEventType | 'an ingredient is missing';
  readonly does: Action;
}

export type ServiceName =
  | 'order-service'
  | 'payment-service'
  | 'inventory-service'
  | 'chef-service'
  | 'kitchen-service';

export type Action =
  /** Publishes an event of its own domain; the kitchen, as the correlator, also the order's outcome. */
  | `publish ${PizzaEventType}`
  /** Requests the compensation of everything that was fulfilled before the order ended. */
  | 'ask back what is fulfilled'
  /** On a fulfilment: requests its compensation when the order has ended already. */
  | 'ask it back if the order has ended'
  /** Undoes its own work: refunds the payment, releases the ingredients or the chef. */
  | 'undo it'
  /** Begins its work for the order. */
  | 'begin'
  /** Work that has not begun for this order does not begin any more. */
  | 'begin nothing'
  /** Shows the customer how the order ended. */
  | 'tell the customer';
