import type { Choices } from '../scenarios.ts';
import { choices as right } from '../solution.ts';

/** With an orchestrator one sees all three steps at once. */
export const choices: Choices = {
  ...right,
  'three-steps': { pattern: 'orchestration', because: ['steps-in-one-service'] },
};
