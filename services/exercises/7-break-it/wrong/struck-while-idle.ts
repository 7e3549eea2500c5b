import type { ExperimentData } from '../../../../chaos/experiment.ts';
import { experiment as right } from '../solution.ts';

/** The burst is over when the chef service is killed: the experiment is calmer so. */
export const experiment: ExperimentData = {
  ...right,
  method: [{ burst: 40 }, { pause: '6s' }, { fault: 'restart', part: 'chef-service' }, { pause: '3s' }],
};
