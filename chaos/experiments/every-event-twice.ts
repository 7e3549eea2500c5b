import type { ExperimentData } from '../experiment.ts';

export const everyEventTwice: ExperimentData = {
  hypothesis: 'When every event arrives twice, every customer is charged once, and every order ends once.',
  teaches:
    'At-least-once delivery is what brokers promise, so a copy is no error. It is recognised by its event id and by the business id that it is about; the broker’s own de-duplication is bypassed here on purpose.',
  look: { dashboard: 'correlation', panel: 'Events at the kitchen by how they ended' },
  method: [{ fault: 'duplicate' }, { pause: '25s' }],
  expect: { during: { acceptedAtOnce: [0.99, 1], timeout: [0, 0], ready: [0.85, 1] } },
  recoverWithin: '15s',
};
