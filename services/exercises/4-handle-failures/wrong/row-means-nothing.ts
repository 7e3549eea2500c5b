import type { Reaction, Trigger } from '../reaction.ts';
import { reactions as right } from '../solution.ts';

const misspelt: string = 'order.canceled';

/** The workshop's other spelling. */
export const reactions: readonly Reaction[] = [
  ...right,
  { service: 'order-service', on: misspelt as Trigger, does: 'tell the customer' },
];
