import type { Reaction } from '../reaction.ts';
import { reactions as right } from '../solution.ts';

/** Payment and chef hear of the missing ingredient themselves: one hop less. */
export const reactions: readonly Reaction[] = [
  ...right,
  { service: 'payment-service', on: 'inventory.unavailable', does: 'begin nothing' },
  { service: 'chef-service', on: 'inventory.unavailable', does: 'begin nothing' },
];
