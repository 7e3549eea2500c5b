import type { Choices } from '../scenarios.ts';
import { choices as right } from '../solution.ts';

/** It takes the most orders per second. */
export const choices: Choices = {
  ...right,
  prescription: { pattern: 'choreography', because: ['most-orders'] },
};
