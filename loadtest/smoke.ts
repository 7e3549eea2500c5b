import { following, placing, sampleRate } from './k6/arrivals.ts';
import { duration, rate } from './k6/environment.ts';
import { profile } from './k6/run.ts';
import { outcomeThresholds } from './k6/thresholds.ts';

/** Does everything work at all? A few orders for a few seconds: what CI runs. */
const perSecond = rate(10);
const phase = { seconds: duration('10s') };
const scenarios = { place: placing(perSecond, phase), follow: following(sampleRate(perSecond), phase) };

export const options = profile(scenarios, outcomeThresholds());
export { follow, handleSummary, place, setup, teardown } from './k6/run.ts';
