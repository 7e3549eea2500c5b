import type { ExperimentData } from '../../../../chaos/experiment.ts';
import { experiment as right } from '../solution.ts';

/** The burst is over when payment is killed: the experiment is calmer so. */
export const experiment: ExperimentData = {
  ...right,
  method: [{ burst: 40 }, { pause: '6s' }, { fault: 'restart', part: 'payment-service' }, { pause: '3s' }],
};
