import { inSequence } from './k6/arrivals.ts';
import { duration, rate } from './k6/environment.ts';
import { profile } from './k6/run.ts';
import { sloThresholds } from './k6/thresholds.ts';

/**
 * Ten times the rate, at once and for half a minute. During it the intake may refuse (with Retry-After) and orders may be
 * late, but no accepted order may be lost; one phase after it every SLO must hold again.
 */
const usual = rate(100);
const FACTOR = 10;
const rates = { before: usual, spike: usual * FACTOR, settling: usual, after: usual };
const { scenarios } = inSequence(
  Object.entries(rates).map(([name, perSecond]) => ({ name, perSecond, tags: { phase: name } })),
  duration('30s'),
);

export const options = profile(scenarios, {
  ...sloThresholds({ phase: 'before' }),
  ...sloThresholds({ phase: 'after' }),
});
export { follow, handleSummary, place, setup, teardown } from './k6/run.ts';
