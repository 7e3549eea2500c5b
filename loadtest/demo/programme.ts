/** What an order of the demo shows: how it ends, and what befalls it on the way. */
export const parts = [
  'timeout',
  'ready',
  'declined',
  'duplicate',
  'sold-out',
  'slow-bank',
  'no-chef',
  'off-menu',
] as const;
export type Part = (typeof parts)[number];

/** In every so many orders each part but the timeout has its turn. */
const ROUND = 20;
/** Less than one in a hundred: the demo itself keeps the promises of slo.ts. */
const LEAST_BETWEEN_TIMEOUTS = 150;
/** A handler holds the event that is to be late, and a service has CONCURRENCY of them. */
const MOST_HELD = 16;

/** How many orders there are from one timeout to the next. */
export const timeoutsEvery = (ordersPerSecond: number, heldMs: number): number =>
  Math.max(LEAST_BETWEEN_TIMEOUTS, Math.ceil((ordersPerSecond * heldMs) / 1_000 / MOST_HELD));

/** The part of the nth order, from 0: the first eight show all, and the slowest comes first. */
export function partOf(n: number, everyTimeout: number): Part {
  if (n % everyTimeout === 0) return 'timeout';
  const part = parts[n % ROUND];
  return part === undefined || part === 'timeout' ? 'ready' : part;
}
