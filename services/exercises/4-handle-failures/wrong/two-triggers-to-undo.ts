import type { Reaction } from '../reaction.ts';
import { reactions as right } from '../solution.ts';

/** Who hears that the order is cancelled undoes its work at once; the request comes as well. */
export const reactions: readonly Reaction[] = [
  ...right,
  { service: 'payment-service', on: 'order.cancelled', does: 'undo it' },
  { service: 'chef-service', on: 'order.cancelled', does: 'undo it' },
];
