import type { ConstantArrivalRateScenario, RampingArrivalRateScenario, Stage } from 'k6/options';
import { followSeconds } from './environment.ts';

/**
 * Open model: orders arrive at their rate whatever the answers do. A slow answer delays no other order, and one for which
 * k6 has no free user is counted as dropped: no slowness is hidden by a load generator that waits (coordinated omission).
 */
export interface Phase {
  /** Seconds from the start of the test. */
  readonly from?: number;
  readonly seconds: number;
  /** Number of the phase's first order. Phases must not overlap, else they send the same orders. */
  readonly first?: number;
  readonly tags?: Readonly<Record<string, string>>;
  /** Name of its requests in the figures, instead of `POST /orders`. */
  readonly request?: string;
}

const shared = ({ from = 0, first = 0, tags = {}, request }: Phase) => ({
  startTime: `${from}s`,
  env: { FIRST: String(first), ...(request !== undefined && { REQUEST: request }) },
  tags: { ...tags },
  timeUnit: '1s',
});

/** Of orders whose outcome is not followed. Enough users for answers of a quarter of a second, more while they take up to two. */
const placed = (rate: number, phase: Phase) => ({
  exec: 'place',
  gracefulStop: '12s',
  preAllocatedVUs: Math.ceil(Math.max(10, rate / 4)),
  maxVUs: Math.ceil(Math.min(2_000, Math.max(50, rate * 2))),
  ...shared(phase),
});

/** Orders at a constant rate. */
export const placing = (rate: number, phase: Phase): ConstantArrivalRateScenario => ({
  executor: 'constant-arrival-rate',
  rate: Math.ceil(rate),
  duration: `${phase.seconds}s`,
  ...placed(rate, phase),
});

/** From one rate to the next, stage by stage. */
export const ramping = (startRate: number, stages: Stage[], phase: Phase): RampingArrivalRateScenario => ({
  executor: 'ramping-arrival-rate',
  startRate,
  stages,
  ...placed(Math.max(...stages.map(({ target }) => target)), phase),
});

/** A sample in addition to the load: each of these orders is followed to its end. */
export const following = (rate: number, phase: Phase): ConstantArrivalRateScenario => ({
  executor: 'constant-arrival-rate',
  exec: 'follow',
  rate: Math.ceil(rate),
  duration: `${phase.seconds}s`,
  gracefulStop: `${followSeconds + 15}s`,
  preAllocatedVUs: Math.ceil(rate * 4),
  maxVUs: Math.ceil(rate * (followSeconds + 15)),
  ...shared(phase),
});

/** The warm-up's length; the phases of a profile start after it. */
export const WARM_UP_SECONDS = 30;
/** Numbers that no other phase reaches. */
const WARM_UP_ORDERS = 9_000_000;

/** Fresh processes are slow: the rate rises for 20 s and stays for 10 s. These orders must end as all others, but their times are in no figure. */
const warmingUp = (rate: number): RampingArrivalRateScenario => {
  const stages = ['20s', '10s'].map((duration) => ({ target: Math.ceil(rate), duration }));
  return ramping(1, stages, { seconds: WARM_UP_SECONDS, first: WARM_UP_ORDERS, request: 'POST /orders, warming up' });
};

/** How many order numbers a phase may use: k6 may send one order more than rate and time make. */
const numbersOf = (rate: number, seconds: number): number => Math.ceil(rate) * seconds + 10;

/** One in twenty of a steady load, 1 to 10 per second. */
export const sampleRate = (rate: number): number => Math.min(10, Math.max(1, Math.round(rate / 20)));

/** A phase of a profile: its name is also the scenarios'. */
export interface Rate {
  readonly name: string;
  readonly perSecond: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** The warm-up, then these rates one after the other, each with orders of its own and a sample of followed orders. */
export function inSequence(rates: readonly Rate[], seconds: number) {
  const usual = rates[0]?.perSecond ?? 1;
  const sample = sampleRate(usual);
  let first = 0;
  const phases = rates.map((each, index) => {
    const phase = { ...each, from: WARM_UP_SECONDS + index * seconds, seconds, first };
    first += numbersOf(each.perSecond, seconds);
    return phase;
  });
  const placed = phases.map((phase) => [`place_${phase.name}`, placing(phase.perSecond, phase)]);
  const followed = phases.map((phase, index) => {
    const firstFollowed = index * numbersOf(sample, seconds);
    return [`follow_${phase.name}`, following(sample, { ...phase, first: firstFollowed })];
  });
  return { phases, scenarios: Object.fromEntries([['warm_up', warmingUp(usual)], ...placed, ...followed]) };
}
