/** What an order of the demo shows: how it ends, or what happens to it on the way. */
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

/** In every so many orders each part except the timeout occurs once. */
const ROUND = 20;
/** Less than one in a hundred: the demo itself keeps the promises of slo.ts. */
const TIMEOUT_EVERY = 150;

/** The part of the nth order, from 0: the first eight orders show all parts, the slowest first. */
export function partOf(n: number): Part {
  if (n % TIMEOUT_EVERY === 0) return 'timeout';
  const part = parts[n % ROUND];
  return part === undefined || part === 'timeout' ? 'ready' : part;
}
