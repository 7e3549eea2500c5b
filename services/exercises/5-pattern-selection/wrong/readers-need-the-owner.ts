import type { Choices } from '../scenarios.ts';
import { choices as right } from '../solution.ts';

/** An event says only that the profile has changed; who needs it asks for it. */
export const choices: Choices = {
  ...right,
  'profile-update': { pattern: 'choreography', because: ['own-data-only'] },
};
