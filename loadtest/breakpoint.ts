import { inSequence } from './k6/arrivals.ts';
import { duration, rate } from './k6/environment.ts';
import { POST_ORDER } from './k6/place-order.ts';
import { profile } from './k6/run.ts';
import { judgedIn, printSummary, type SummaryData, summaryOf } from './k6/summary.ts';
import type { Breakpoint } from './k6/summary-text.ts';
import { sloThresholds } from './k6/thresholds.ts';

/**
 * The highest rate at which every SLO holds: a stair of ever higher rates, each with thresholds of its own, until one step
 * misses them. The summary names the last step that held, and what the next one missed.
 */
const first = rate(100);
const seconds = duration('20s');
const HIGHER = 1.25;
const STEPS = 14;

const rates = Array.from({ length: STEPS }, (_, index) => String(Math.round(first * HIGHER ** index)));
const { phases, scenarios } = inSequence(
  rates.map((step) => ({ name: step, perSecond: Number(step), tags: { step } })),
  seconds,
);

/** Judged from the middle of its step on: the first answers of a new rate are few. */
const thresholds = phases.map(({ tags, from }) => sloThresholds(tags, Math.floor(from + seconds / 2)));

export const options = profile(scenarios, Object.assign({}, ...thresholds));

/** A step counts when as many orders were answered as it is long; a test that ends early leaves its last step unproven. */
function breakpointIn(data: SummaryData): Breakpoint {
  let held: number | undefined;
  for (const { perSecond } of phases) {
    const tag = `step:${perSecond}}`;
    const answered = data.metrics[`http_req_duration{name:${POST_ORDER},${tag}`]?.values.count ?? 0;
    if (answered === 0) break;
    const missed = judgedIn(data).filter(({ threshold, ok }) => !ok && threshold.includes(tag));
    if (missed.length > 0 || answered < 0.9 * perSecond * seconds)
      return { held, missed: { rate: perSecond, thresholds: missed.map(({ threshold }) => threshold) } };
    held = perSecond;
  }
  return { held, missed: undefined };
}

export const handleSummary = (data: SummaryData) => printSummary(summaryOf(data, breakpointIn(data)));
export { follow, place, setup, teardown } from './k6/run.ts';
