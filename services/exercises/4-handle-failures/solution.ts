import type { Reaction } from './reaction.ts';

export const reactions: readonly Reaction[] = [
  // A refusal ends the order, and what was done for it is asked back. Only the kitchen knows all requirements.
  { service: 'inventory-service', on: 'an ingredient is missing', does: 'publish inventory.unavailable' },
  { service: 'kitchen-service', on: 'payment.failed', does: 'publish order.cancelled' },
  { service: 'kitchen-service', on: 'payment.failed', does: 'ask back what is fulfilled' },
  { service: 'kitchen-service', on: 'inventory.unavailable', does: 'publish order.cancelled' },
  { service: 'kitchen-service', on: 'inventory.unavailable', does: 'ask back what is fulfilled' },
  { service: 'kitchen-service', on: 'chef.unavailable', does: 'publish order.cancelled' },
  { service: 'kitchen-service', on: 'chef.unavailable', does: 'ask back what is fulfilled' },

  // Work that was under way when the order ended is still reported: the kitchen asks it back as it comes.
  { service: 'kitchen-service', on: 'payment.completed', does: 'ask it back if the order has ended' },
  { service: 'kitchen-service', on: 'inventory.reserved', does: 'ask it back if the order has ended' },
  { service: 'kitchen-service', on: 'chef.assigned', does: 'ask it back if the order has ended' },

  // One trigger for undoing: the request, which names one business transaction.
  { service: 'payment-service', on: 'payment.refund', does: 'undo it' },
  { service: 'inventory-service', on: 'inventory.release', does: 'undo it' },
  { service: 'chef-service', on: 'chef.release', does: 'undo it' },

  // A tombstone: who hears of the end before the order does not begin. Nobody waits for anybody.
  { service: 'payment-service', on: 'order.cancelled', does: 'begin nothing' },
  { service: 'inventory-service', on: 'order.cancelled', does: 'begin nothing' },
  { service: 'chef-service', on: 'order.cancelled', does: 'begin nothing' },

  // The customer hears the decision, and not each refusal.
  { service: 'order-service', on: 'order.cancelled', does: 'tell the customer' },

  // Bonus: inventory only reports that the reservation ran out; the kitchen decides whether that is in time.
  { service: 'kitchen-service', on: 'inventory.expired', does: 'publish order.cancelled' },
  { service: 'kitchen-service', on: 'inventory.expired', does: 'ask back what is fulfilled' },
];
