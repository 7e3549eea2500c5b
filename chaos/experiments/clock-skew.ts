import type { ExperimentData } from '../experiment.ts';

export const clockSkew: ExperimentData = {
  hypothesis: 'When the kitchen’s clock is ten minutes ahead, no order times out: nobody’s own clock times orders out.',
  teaches:
    'Deadlines are judged on the clock of the store, the one clock that all replicas share. The wrong host clock shows where it belongs: in ages that are measured across hosts.',
  look: { dashboard: 'bottleneck', panel: 'Age of events p95 by service' },
  method: [{ fault: 'skew', service: 'kitchen-service' }, { pause: '20s' }],
  expect: { during: { timeout: [0, 0], ready: [0.85, 1] } },
  recoverWithin: '15s',
};
