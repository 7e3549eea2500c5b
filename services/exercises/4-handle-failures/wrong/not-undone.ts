import { reactions as right } from '../solution.ts';

/** The kitchen asks for the refund, and payment does not listen. */
export const reactions = right.filter(({ on }) => on !== 'payment.refund');
