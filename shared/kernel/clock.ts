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

/** The store's clock between two answers: its last time, and what has passed since on a monotonic clock. */
export function createStoreClock(monotonic: Clock['monotonic']) {
  let ahead: number | undefined;
  return {
    /** False until the store was observed once. */
    get isSet(): boolean {
      return ahead !== undefined;
    },
    /** Ms since the epoch. */
    now: (): number => Math.round(monotonic() + (ahead ?? 0)),
    observe(storeNow: number): void {
      ahead = storeNow - monotonic();
    },
  };
}

/** The same call, made at most once in so many ms: what is told again and again meanwhile is left out. */
export function atMostEvery<T>(ms: number, monotonic: Clock['monotonic'], tell: (what: T) => void): (what: T) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (what) => {
    if (monotonic() - toldAt < ms) return;
    toldAt = monotonic();
    tell(what);
  };
}

/** Runs a task again and again, never twice at once, until stopped; a fault is reported and does not end it. */
export function periodic(
  everyMs: number,
  task: () => Promise<void>,
  onFault: (error: unknown) => void,
  wait: Clock['wait'],
) {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await task().catch(onFault);
      await wait(everyMs, stopping.signal);
    }
  };
  const running = run();
  return {
    /** Resolves when the task under way has ended. */
    stop(): Promise<void> {
      stopping.abort();
      return running;
    },
  };
}
