import { setTimeout as delay } from 'node:timers/promises';

/** All that a service takes from outside without asking a port: time and chance. Virtual, and from a seed, in simulation. */
export interface Clock {
  /** The host's clock, ms since the epoch. It may be wrong. */
  readonly now: () => number;
  /** Ms on a clock that nobody sets. */
  readonly monotonic: () => number;
  /** Resolves after so many ms of the monotonic clock, or at once when `signal` is aborted. */
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** 0 <= x < 1, for jitter alone: no decision may depend on it. */
  readonly random: () => number;
}

export const systemClock: Clock = {
  now: Date.now,
  monotonic: () => performance.now(),
  wait: (ms, signal) => delay(ms, undefined, { ...(signal && { signal }) }).catch(() => undefined),
  random: Math.random,
};
