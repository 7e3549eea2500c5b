import type { Options } from 'k6/options';
import { following, numbersOf, placing, sampleRate, WARM_UP_SECONDS, warmingUp } from './k6/arrivals.ts';
import { duration, rate } from './k6/environment.ts';
import { summaryTrendStats } from './k6/summary.ts';
import { always, sloThresholds } from './k6/thresholds.ts';

/**
 * Ten times the rate, at once and for half a minute. During it the intake may refuse (with Retry-After), and what it takes
 * may be late, but nothing that it took may be lost; one phase after it every promise must hold again.
 */
const usual = rate(100);
const FACTOR = 10;
const seconds = duration('30s');
const rates = { before: usual, spike: usual * FACTOR, settling: usual, after: usual };

/** One after the other, each with orders of its own. */
const phases = Object.entries(rates).map(([name, perSecond], index, all) => ({
  name,
  perSecond,
  first: all.slice(0, index).reduce((sum, [, earlier]) => sum + numbersOf(earlier, seconds), 0),
  from: WARM_UP_SECONDS + index * seconds,
  seconds,
  tags: { phase: name },
}));

export const options: Options = {
  summaryTrendStats,
  scenarios: Object.fromEntries([
    ['warm_up', warmingUp(usual)],
    ...phases.map((phase) => [`place_${phase.name}`, placing(phase.perSecond, phase)]),
    ...phases.map((phase, index) => [
      `follow_${phase.name}`,
      following(sampleRate(usual), { ...phase, first: index * numbersOf(sampleRate(usual), seconds) }),
    ]),
  ]),
  thresholds: { ...always(), ...sloThresholds({ phase: 'before' }), ...sloThresholds({ phase: 'after' }) },
};

export { follow, place, setup } from './k6/run.ts';
export { handleSummary } from './k6/summary.ts';
