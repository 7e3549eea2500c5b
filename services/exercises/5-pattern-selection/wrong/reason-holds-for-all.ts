import type { Choices } from '../scenarios.ts';
import { choices as right } from '../solution.ts';

/** What matters in a checkout is that nobody is charged twice. */
export const choices: Choices = {
  ...right,
  checkout: { pattern: 'choreography', because: ['money-balances'] },
};
