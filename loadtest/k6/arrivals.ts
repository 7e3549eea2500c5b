import type { ConstantArrivalRateScenario, RampingArrivalRateScenario, Stage } from 'k6/options';
import { followSeconds } from './environment.ts';

/**
 * Open model: orders come at their rate whatever the answers do, as customers do who know nothing of each other. A slow
 * answer therefore delays no other order, and one that could not be sent for want of users is counted as dropped: no
 * slowness is left out of the figures because the load generator waited for it (coordinated omission).
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

/** Enough for answers of a quarter of a second; more are added while they take up to two. */
const users = (rate: number) => ({
  preAllocatedVUs: Math.ceil(Math.max(10, rate / 4)),
  maxVUs: Math.ceil(Math.min(2_000, Math.max(50, rate * 2))),
});

const shared = ({ from = 0, first = 0, tags = {}, request }: Phase) => ({
  startTime: `${from}s`,
  env: { FIRST: String(first), ...(request !== undefined && { REQUEST: request }) },
  tags: { ...tags },
  timeUnit: '1s',
});

/** So many orders per second, nobody looks what becomes of them. */
export const placing = (rate: number, phase: Phase): ConstantArrivalRateScenario => ({
  executor: 'constant-arrival-rate',
  exec: 'place',
  rate: Math.ceil(rate),
  duration: `${phase.seconds}s`,
  gracefulStop: '12s',
  ...users(rate),
  ...shared(phase),
});

/** From one rate to the next, stage by stage. */
export const ramping = (startRate: number, stages: Stage[], phase: Phase): RampingArrivalRateScenario => ({
  executor: 'ramping-arrival-rate',
  exec: 'place',
  startRate,
  stages,
  gracefulStop: '12s',
  ...users(Math.max(...stages.map(({ target }) => target))),
  ...shared(phase),
});

/** A profile's own phases begin behind its warm-up. */
export const WARM_UP_SECONDS = 30;
/** Numbers that no other phase reaches. */
const WARM_UP_ORDERS = 9_000_000;

/**
 * Fresh processes are slow at first, and what that leaves behind must be worked off: the rate rises from nothing within 20 s and
 * stays for 10 s. Its orders must end as all others, but their times are in no figure.
 */
export const warmingUp = (rate: number): RampingArrivalRateScenario => {
  const stages = [
    { target: Math.ceil(rate), duration: '20s' },
    { target: Math.ceil(rate), duration: '10s' },
  ];
  return ramping(1, stages, { seconds: WARM_UP_SECONDS, first: WARM_UP_ORDERS, request: 'POST /orders, warming up' });
};

/** A sample beside the load: so many orders per second, each followed to its end. */
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

/** Of a phase's numbers, so that the next phase's begin behind them: k6 may send one order more than rate and time make. */
export const numbersOf = (rate: number, seconds: number): number => Math.ceil(rate) * seconds + 10;

/** One in twenty of a steady load, 1 to 10 per second. */
export const sampleRate = (rate: number): number => Math.min(10, Math.max(1, Math.round(rate / 20)));
