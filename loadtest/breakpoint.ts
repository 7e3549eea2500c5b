import type { Options } from 'k6/options';
import { following, numbersOf, placing, sampleRate, WARM_UP_SECONDS, warmingUp } from './k6/arrivals.ts';
import { duration, rate } from './k6/environment.ts';
import { POST_ORDER } from './k6/place-order.ts';
import { judgedIn, type SummaryData, summaryOf, summaryTrendStats, tellSummary } from './k6/summary.ts';
import type { Breakpoint } from './k6/summary-text.ts';
import { always, sloThresholds } from './k6/thresholds.ts';

/**
 * The highest rate at which every SLO holds: a stair of ever higher rates, each with thresholds of its own, until one step
 * misses them. The summary names the last step that held, and what the next one missed.
 */
const first = rate(100);
const seconds = duration('20s');
const HIGHER = 1.25;
const STEPS = 14;

const steps = Array.from({ length: STEPS }, (_, index) => Math.round(first * HIGHER ** index)).map(
  (perSecond, index, all) => ({
    perSecond,
    first: all.slice(0, index).reduce((sum, earlier) => sum + numbersOf(earlier, seconds), 0),
    from: WARM_UP_SECONDS + index * seconds,
    seconds,
    tags: { step: String(perSecond) },
  }),
);

/** Judged from the middle of its step on: the first answers of a new rate are few. */
const judgedFrom = (from: number): number => from + seconds / 2;

export const options: Options = {
  summaryTrendStats,
  scenarios: Object.fromEntries([
    ['warm_up', warmingUp(first)],
    ...steps.map((step) => [`place_${step.perSecond}`, placing(step.perSecond, step)]),
    ...steps.map((step, index) => [
      `follow_${step.perSecond}`,
      following(sampleRate(first), { ...step, first: index * numbersOf(sampleRate(first), seconds) }),
    ]),
  ]),
  thresholds: Object.assign(
    always(),
    ...steps.map(({ tags, from }) => sloThresholds(tags, Math.floor(judgedFrom(from)))),
  ),
};

/** Reached: as many orders were answered as the step is long; a test that ends early leaves its last step unproven. */
function breakpointIn(data: SummaryData): Breakpoint {
  let held: number | undefined;
  for (const { perSecond } of steps) {
    const tag = `step:${perSecond}}`;
    const answered = data.metrics[`http_req_duration{name:${POST_ORDER},${tag}`]?.values.count ?? 0;
    if (answered === 0) break;
    const thresholds = judgedIn(data).filter(({ threshold, ok }) => !ok && threshold.includes(tag));
    if (thresholds.length > 0 || answered < 0.9 * perSecond * seconds)
      return { held, missed: { rate: perSecond, thresholds: thresholds.map(({ threshold }) => threshold) } };
    held = perSecond;
  }
  return { held, missed: undefined };
}

export const handleSummary = (data: SummaryData) => tellSummary(summaryOf(data, breakpointIn(data)));
export { follow, place, setup } from './k6/run.ts';
