import type { ExperimentData } from '../../../../chaos/experiment.ts';
import { experiment as right } from '../solution.ts';

/** Some orders may time out when a process dies: that is no surprise. */
export const experiment: ExperimentData = { ...right, expect: { during: { timeout: [0, 1] } } };
