import { inSequence } from './k6/arrivals.ts';
import { duration, rate } from './k6/environment.ts';
import { profile } from './k6/run.ts';
import { sloThresholds } from './k6/thresholds.ts';

/** A busy evening: the same rate for ten minutes, at which every SLO must hold. */
const tags = { phase: 'load' };
const { scenarios } = inSequence([{ name: 'load', perSecond: rate(200), tags }], duration('10m'));

export const options = profile(scenarios, sloThresholds(tags));
export { follow, handleSummary, place, setup, teardown } from './k6/run.ts';
