import type { ExperimentData } from '../experiment.ts';

export const poisonMessages: ExperimentData = {
  hypothesis:
    'When broken messages are among the events, each is put aside with its reason, and no order waits for them.',
  teaches:
    'What can never succeed is not tried again: it is a dead letter at once, at every consumer that was given it. It blocks nobody, it is counted, and somebody is told.',
  look: { dashboard: 'backbone', panel: 'Dead letters kept' },
  // Dead letters run out while the experiment is still watching, so that their alert clears.
  stack: { env: { DEAD_LETTER_RETENTION: '20s' } },
  method: [{ fault: 'corrupt', share: 0.2 }, { pause: '15s' }, { awaitAlerts: '30s' }],
  mustFire: [{ alert: 'DeadLetters', labels: { service: 'kitchen-service' } }],
  mayFire: ['DeadLetters'],
  expect: { during: { acceptedAtOnce: [0.99, 1], timeout: [0, 0], ready: [0.85, 1] } },
  recoverWithin: '15s',
  deadLetters: { reasons: ['invalid-cloudevent', 'not-a-cloudevent', 'schema-violation'], atLeast: 20 },
};
