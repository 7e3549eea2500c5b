import type { ExperimentData } from '../../../../chaos/experiment.ts';
import { experiment as right } from '../solution.ts';

/** That is what we want to show, after all. */
export const experiment: ExperimentData = { ...right, hypothesis: 'The system survives a crash' };
