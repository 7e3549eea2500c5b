import type { Reaction } from '../reaction.ts';
import { reactions as right } from '../solution.ts';

/** No chef is assigned in vain, since the chef waits for the ingredients. */
export const reactions: readonly Reaction[] = [
  ...right,
  { service: 'chef-service', on: 'inventory.reserved', does: 'begin' },
];
