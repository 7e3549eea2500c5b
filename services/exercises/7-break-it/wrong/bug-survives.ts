import type { ExperimentData } from '../../../../chaos/experiment.ts';
import { experiment as right } from '../solution.ts';

/** Acknowledgements are about deliveries, so every event is delivered twice. */
export const experiment: ExperimentData = {
  ...right,
  hypothesis: 'When every event arrives twice, every order ends once.',
  method: [{ fault: 'duplicate' }, { burst: 40 }, { pause: '5s' }],
};
