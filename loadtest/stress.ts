import type { Options } from 'k6/options';
import { following, ramping, sampleRate } from './k6/arrivals.ts';
import { duration, rate } from './k6/environment.ts';
import { summaryTrendStats } from './k6/summary.ts';
import { always } from './k6/thresholds.ts';

/**
 * More and more, past what the stack can take: how does it give in? The SLOs will be missed and are no thresholds here;
 * that nothing is lost, doubled or refused without Retry-After is.
 */
const perSecond = rate(100);
const seconds = duration('1m');
const UP_TO = [2, 4, 8] as const;
const stage = (target: number) => ({ target, duration: `${seconds}s` });
const stages = [...UP_TO.flatMap((factor) => [stage(perSecond * factor), stage(perSecond * factor)]), stage(perSecond)];
const phase = { seconds: stages.length * seconds };

export const options: Options = {
  summaryTrendStats,
  scenarios: { place: ramping(perSecond, stages, phase), follow: following(sampleRate(perSecond), phase) },
  thresholds: always(),
};

export { follow, place, setup } from './k6/run.ts';
export { handleSummary } from './k6/summary.ts';
