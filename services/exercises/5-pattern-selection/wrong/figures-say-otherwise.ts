import type { Choices } from '../scenarios.ts';
import { choices as right } from '../solution.ts';

/** An orchestrator saves the services many messages to each other. */
export const choices: Choices = {
  ...right,
  checkout: { pattern: 'orchestration', because: ['few-messages'] },
};
