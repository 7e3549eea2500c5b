import type { PatternName } from '../figures.ts';
import type { Choices } from '../scenarios.ts';
import { choices as right } from '../solution.ts';

const fifth: string = 'chain';

/** The fastest of the lab. The workshop offers four, and this one to be avoided. */
export const choices: Choices = {
  ...right,
  'three-steps': { pattern: fifth as PatternName, because: ['most-orders'] },
};
