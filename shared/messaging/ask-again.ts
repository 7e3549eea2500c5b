/** Of the time so much may go into asking. */
const SHARE = 0.1;

/**
 * How long to wait before the broker is asked again what took it so long to answer, ms; at least `leastMs`. On NATS 2.9 telling
 * of a consumer takes time with every subject that the stream holds, of which each order is some: who only wants to know
 * whether work is done must not keep the broker from doing it.
 */
export const askAgainIn = (tookMs: number, leastMs: number): number => Math.max(leastMs, tookMs / SHARE - tookMs);
