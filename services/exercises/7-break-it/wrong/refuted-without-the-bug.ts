import type { ExperimentData } from '../../../../chaos/experiment.ts';
import { experiment as right } from '../solution.ts';

/** The chef stays away, so that the loss is plain to see. */
export const experiment: ExperimentData = {
  ...right,
  method: [{ burst: 40 }, { pause: '250ms' }, { fault: 'kill', part: 'chef-service' }, { pause: '15s' }],
};
