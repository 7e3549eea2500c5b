import type { Choices } from './scenarios.ts';

/** One of several that pass: a prescription and a checkout fit other patterns with other reasons. */
export const choices: Choices = {
  'three-steps': { pattern: 'choreography', because: ['few-messages', 'own-data-only'] },
  'loan-application': { pattern: 'orchestration', because: ['steps-in-one-service'] },
  'profile-update': { pattern: 'state-transfer', because: ['answers-without-the-owner'] },
  prescription: { pattern: 'aggregator', because: ['joined-for-many-readers'] },
  checkout: { pattern: 'choreography', because: ['new-step-changes-little', 'never-oversold'] },
};
