import { reactions as right } from '../solution.ts';

/** Inventory says what is missing, and nobody listens: the deadline will end the order. */
export const reactions = right.filter(({ on }) => on !== 'inventory.unavailable');
