import type { Grouped, Totals } from './correlation-store.ts';
import type { Argument } from './redis-connection.ts';

/** now, totals, groups, pools, [order due first, its time], [order in a group for longest, since when]. */
export type TotalsReply = readonly [number, string[], string[], string[], string[], string[]];

export function toTotals([now, totals, groups, pools, due, since]: TotalsReply): Totals {
  const counters = Object.entries(numbersOf(totals));
  const named = counters.filter(([name]) => name.startsWith('total:'));
  return {
    totals: Object.fromEntries(named.map(([name, sum]) => [name.slice('total:'.length), sum])),
    groups: numbersOf(groups),
    outboxPending: numbersOf(totals)['outbox:pending'] ?? 0,
    oldestSince: since[1] === undefined ? undefined : Number(since[1]),
    oldestDueAt: due[1] === undefined ? undefined : Number(due[1]),
    pools: numbersOf(pools),
    now,
  };
}

/** id, since when, id, since when, ... */
export function toGrouped(flat: readonly string[]): Grouped[] {
  const grouped: Grouped[] = [];
  for (let at = 0; at < flat.length; at += 2) grouped.push({ id: String(flat[at]), since: Number(flat[at + 1]) });
  return grouped;
}

/** name, number, name, number, ... */
export function numbersOf(flat: readonly Argument[]): Record<string, number> {
  const pairs: [string, number][] = [];
  for (let at = 0; at < flat.length; at += 2) pairs.push([String(flat[at]), Number(flat[at + 1])]);
  return Object.fromEntries(pairs);
}

/** The sum over all partitions: each a reading of its own moment. */
export function sumTotals(parts: readonly Totals[]): Totals {
  return {
    totals: sum(parts.map(({ totals }) => totals)),
    groups: sum(parts.map(({ groups }) => groups)),
    outboxPending: parts.reduce((pending, part) => pending + part.outboxPending, 0),
    oldestSince: earliest(parts.map(({ oldestSince }) => oldestSince)),
    oldestDueAt: earliest(parts.map(({ oldestDueAt }) => oldestDueAt)),
    pools: sum(parts.map(({ pools }) => pools)),
    now: Math.max(...parts.map(({ now }) => now)),
  };
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

export function sum(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const [name, by] of records.flatMap(Object.entries<number>)) sums.set(name, (sums.get(name) ?? 0) + by);
  return Object.fromEntries(sums);
}
