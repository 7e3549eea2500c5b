import type { ExperimentData } from '../../../chaos/experiment.ts';

/** The services acknowledge a message before its work is done. No test without a crash notices. Show it. */
export const experiment: ExperimentData = {
  hypothesis: 'The system is robust.',
  teaches: '',
  look: { dashboard: 'order-funnel', panel: 'Funnel' },
  method: [{ fault: 'duplicate' }, { pause: '10s' }],
  expect: {},
  recoverWithin: '15s',
};
