import type { Options } from 'k6/options';
import { following, placing, sampleRate } from './k6/arrivals.ts';
import { duration, rate } from './k6/environment.ts';
import { summaryTrendStats } from './k6/summary.ts';
import { always, sloThresholds } from './k6/thresholds.ts';

/** Half of what the stack can take, for half an hour: what leaks or fills up shows as a slope. A missed SLO ends it. */
const perSecond = rate(200);
const phase = { seconds: duration('30m') };
const WARM_UP_SECONDS = 60;

export const options: Options = {
  summaryTrendStats,
  scenarios: { place: placing(perSecond, phase), follow: following(sampleRate(perSecond), phase) },
  thresholds: { ...always(), ...sloThresholds({}, WARM_UP_SECONDS) },
};

export { follow, place, setup } from './k6/run.ts';
export { handleSummary } from './k6/summary.ts';
