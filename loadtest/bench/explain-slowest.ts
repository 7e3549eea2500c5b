import { percentile } from './percentile.ts';

/** ms of one clock. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A time in which a process stood still. */
export interface Pause extends Span {
  readonly cause: string;
  /** How long it lasted, where only `from` and `to` around it are known. */
  readonly ms?: number;
}

/** The orders above p99, by the pause that explains them. */
export interface Slowest {
  readonly orders: number;
  /** Most orders first; `longest`: the most ms that the cause cost one of them. */
  readonly causes: readonly { readonly cause: string; readonly orders: number; readonly longest: number }[];
  readonly unknown: number;
}

/** A cause explains an order when it covers at least this share of what the order took beyond the median. */
const SHARE = 0.5;

/** Names for each order above p99 the cause that covers most of it, if that is at least SHARE. */
export function explainSlowest(orders: readonly Span[], pauses: readonly Pause[]): Slowest {
  const times = orders.map(({ from, to }) => to - from);
  const [p50, p99] = [percentile(times, 50), percentile(times, 99)];
  const slowest = orders.filter(({ from, to }) => to - from > p99);
  const held = new Map<string, number[]>();
  for (const order of slowest) {
    const { cause, ms } = longestOf(order, pauses);
    if (ms > 0 && ms >= SHARE * (order.to - order.from - p50)) held.set(cause, [...(held.get(cause) ?? []), ms]);
  }
  const causes = [...held]
    .map(([cause, each]) => ({ cause, orders: each.length, longest: Math.max(...each) }))
    .sort((a, b) => b.orders - a.orders);
  const known = causes.reduce((sum, each) => sum + each.orders, 0);
  return { orders: slowest.length, causes, unknown: slowest.length - known };
}

function longestOf(order: Span, pauses: readonly Pause[]): { cause: string; ms: number } {
  const sums = new Map<string, number>();
  let longest = { cause: '', ms: 0 };
  for (const { cause, from, to, ms = to - from } of pauses) {
    const common = Math.min(ms, Math.min(order.to, to) - Math.max(order.from, from));
    if (common <= 0) continue;
    sums.set(cause, (sums.get(cause) ?? 0) + common);
    if ((sums.get(cause) ?? 0) > longest.ms) longest = { cause, ms: sums.get(cause) ?? 0 };
  }
  return longest;
}

export function slowestText({ orders, causes, unknown }: Slowest): string {
  const parts = causes.map((each) => `${each.orders} ${each.cause} (up to ${each.longest.toFixed(0)} ms)`);
  return `of the ${orders} slowest: ${[...parts, `${unknown} unknown`].join(', ')}`;
}
