import type { Reaction } from '../reaction.ts';
import { reactions as right } from '../solution.ts';

/** Inventory knows first that there will be no pizza, so it ends the order itself. */
export const reactions: readonly Reaction[] = [
  { service: 'inventory-service', on: 'an ingredient is missing', does: 'publish order.cancelled' },
  ...right,
];
