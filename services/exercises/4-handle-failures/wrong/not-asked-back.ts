import { reactions as right } from '../solution.ts';

/** The order is cancelled, and that is all. */
export const reactions = right.filter(({ does }) => does !== 'ask back what is fulfilled');
