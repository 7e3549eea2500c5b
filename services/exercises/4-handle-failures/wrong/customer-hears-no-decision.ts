import type { Reaction } from '../reaction.ts';
import { reactions as right } from '../solution.ts';

/** The customer hears at once what is missing. */
export const reactions: readonly Reaction[] = [
  ...right,
  { service: 'order-service', on: 'inventory.unavailable', does: 'tell the customer' },
];
