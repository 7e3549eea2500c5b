import { following, ramping, sampleRate } from './k6/arrivals.ts';
import { duration, rate } from './k6/environment.ts';
import { profile } from './k6/run.ts';

/** More and more, past what the stack can take: how does it degrade? SLOs will be missed and are no thresholds here. */
const perSecond = rate(100);
const seconds = duration('1m');
const FACTORS = [2, 2, 4, 4, 8, 8, 1];
const stages = FACTORS.map((factor) => ({ target: perSecond * factor, duration: `${seconds}s` }));
const phase = { seconds: stages.length * seconds };

export const options = profile({
  place: ramping(perSecond, stages, phase),
  follow: following(sampleRate(perSecond), phase),
});
export { follow, handleSummary, place, setup, teardown } from './k6/run.ts';
