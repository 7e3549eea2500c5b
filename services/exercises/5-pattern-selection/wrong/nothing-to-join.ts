import type { Choices } from '../scenarios.ts';
import { choices as right } from '../solution.ts';

/** An aggregator gives all five services what they need. */
export const choices: Choices = {
  ...right,
  'profile-update': { pattern: 'aggregator', because: ['joined-for-many-readers'] },
};
