import type { Choices } from '../scenarios.ts';
import { choices as right } from '../solution.ts';

/** The shop sells on, even while inventory is away. */
export const choices: Choices = {
  ...right,
  checkout: { pattern: 'state-transfer', because: ['answers-without-the-owner'] },
};
