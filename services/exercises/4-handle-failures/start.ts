import type { Reaction } from './reaction.ts';

/**
 * Who reacts to a failure, and how. The rows for a declined payment are given, with one that the workshop's example leaves out: the
 * ingredients may be reserved after the order has ended. Add what belongs to missing ingredients. What happens to an order that becomes
 * a pizza is as it is.
 */
export const reactions: readonly Reaction[] = [
  { service: 'kitchen-service', on: 'payment.failed', does: 'publish order.cancelled' },
  { service: 'kitchen-service', on: 'payment.failed', does: 'ask back what is fulfilled' },
  { service: 'kitchen-service', on: 'inventory.reserved', does: 'ask it back if the order has ended' },
  { service: 'inventory-service', on: 'inventory.release', does: 'undo it' },
];
