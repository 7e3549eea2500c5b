import { reactions as right } from '../solution.ts';

/** What is fulfilled when the order is cancelled is asked back; nothing else will come. */
export const reactions = right.filter(({ does }) => does !== 'ask it back if the order has ended');
