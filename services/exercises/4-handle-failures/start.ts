import type { Reaction } from './reaction.ts';

/**
 * Who reacts to a failure, and how. The rows for a declined payment are the workshop's own example, but for one thing that it
 * leaves out; add what belongs to missing ingredients. What happens to an order that becomes a pizza is as it is.
 */
export const reactions: readonly Reaction[] = [
  { service: 'kitchen-service', on: 'payment.failed', does: 'publish order.cancelled' },
  { service: 'kitchen-service', on: 'payment.failed', does: 'ask back what is fulfilled' },
  { service: 'kitchen-service', on: 'inventory.reserved', does: 'ask it back if the order has ended' },
  { service: 'inventory-service', on: 'inventory.release', does: 'undo it' },
];
