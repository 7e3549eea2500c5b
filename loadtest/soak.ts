import { inSequence, WARM_UP_SECONDS } from './k6/arrivals.ts';
import { duration, rate } from './k6/environment.ts';
import { profile } from './k6/run.ts';
import { sloThresholds } from './k6/thresholds.ts';

/** Half of what the stack can take, for half an hour: what leaks or fills up shows as a slope. A missed SLO ends it. */
const tags = { phase: 'load' };
const { scenarios } = inSequence([{ name: 'load', perSecond: rate(200), tags }], duration('30m'));
/** The first answers are few. */
const JUDGED_FROM_SECONDS = WARM_UP_SECONDS + 30;

export const options = profile(scenarios, sloThresholds(tags, JUDGED_FROM_SECONDS));
export { follow, handleSummary, place, setup, teardown } from './k6/run.ts';
