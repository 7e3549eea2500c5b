import type { Choices } from './scenarios.ts';

/** For each scenario a pattern, and why: `{ pattern: 'aggregator', because: ['few-messages'] }`. */
export const choices: Choices = {
  'three-steps': undefined,
  'loan-application': undefined,
  'profile-update': undefined,
  prescription: undefined,
  checkout: undefined,
};
