import type { Options } from 'k6/options';
import { following, placing, sampleRate } from './k6/arrivals.ts';
import { duration, rate } from './k6/environment.ts';
import { summaryTrendStats } from './k6/summary.ts';
import { always, outcomeThresholds } from './k6/thresholds.ts';

/** Does everything work at all? A few orders for a few seconds: what CI runs. */
const perSecond = rate(10);
const phase = { seconds: duration('10s') };

export const options: Options = {
  summaryTrendStats,
  scenarios: { place: placing(perSecond, phase), follow: following(sampleRate(perSecond), phase) },
  thresholds: { ...always(), ...outcomeThresholds() },
};

export { follow, place, setup } from './k6/run.ts';
export { handleSummary } from './k6/summary.ts';
