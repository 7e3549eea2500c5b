/** For what goes on by itself all the time, in several services. */
export const IN_THE_BACKGROUND = 0.02;

/**
 * How long to wait before the broker is asked again what it took so long to answer, ms: at least `leastMs`, and so long that
 * asking takes that share of the time: who only wants to know whether work is done must not keep the broker from doing it.
 */
export const askAgainIn = (tookMs: number, leastMs: number, share = 0.1): number =>
  Math.max(leastMs, tookMs / share - tookMs);
