import type { Options } from 'k6/options';
import { following, placing, sampleRate, WARM_UP_SECONDS, warmingUp } from './k6/arrivals.ts';
import { duration, rate } from './k6/environment.ts';
import { summaryTrendStats } from './k6/summary.ts';
import { always, sloThresholds } from './k6/thresholds.ts';

/** A busy evening: the same rate for ten minutes, at which every promise must hold. */
const perSecond = rate(200);
const tags = { phase: 'load' };
const phase = { from: WARM_UP_SECONDS, seconds: duration('10m'), tags };

export const options: Options = {
  summaryTrendStats,
  scenarios: {
    warm_up: warmingUp(perSecond),
    place: placing(perSecond, phase),
    follow: following(sampleRate(perSecond), phase),
  },
  thresholds: { ...always(), ...sloThresholds(tags) },
};

export { follow, place, setup } from './k6/run.ts';
export { handleSummary } from './k6/summary.ts';
