import type { Choices } from '../scenarios.ts';
import { choices as right } from '../solution.ts';

/** Choreography is the default, whatever the number of steps. */
export const choices: Choices = {
  ...right,
  'loan-application': { pattern: 'choreography', because: ['new-step-changes-little'] },
};
