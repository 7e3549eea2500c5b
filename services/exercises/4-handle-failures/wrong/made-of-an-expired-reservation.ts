import { reactions as right } from '../solution.ts';

/** The kitchen has seen inventory.reserved: what happens to it later is not its business. */
export const reactions = right.filter(({ on }) => on !== 'inventory.expired');
