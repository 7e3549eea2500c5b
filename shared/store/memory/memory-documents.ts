import { filledBy, insufficient, nonZero, unitsToAdd } from '../integers.ts';
import type { Change, Committed, Counters, Document, Due, Integers } from '../store.ts';

interface Kept {
  readonly entries: string[];
  /** Forgotten from then on, ms since the epoch. */
  expiresAt: number | undefined;
}

/** All that a memory store knows. Every step is synchronous. */
export const emptyContents = () => ({
  documents: new Map<string, Kept>(),
  due: new Map<string, number>(),
  /** `<due time> <id>` -> until when it is claimed. */
  leases: new Map<string, number>(),
  counters: new Map<string, number>(),
  pools: new Map<string, number>(),
});

export type Contents = ReturnType<typeof emptyContents>;

export function read({ documents, due }: Contents, id: string, now: number, epoch: string): Document {
  if (now >= (documents.get(id)?.expiresAt ?? Number.POSITIVE_INFINITY)) documents.delete(id);
  const entries = documents.get(id)?.entries.slice() ?? [];
  return { id, version: entries.length, entries, dueAt: due.get(id), now, epoch };
}

/** `seen` is the document now. Pools refuse unless `freely`. */
export function apply(contents: Contents, seen: Document, change: Change, freely: boolean): Committed {
  const { documents, due, counters, pools } = contents;
  const refusing = freely ? [] : insufficient((pool) => pools.get(pool), change.pools);
  if (refusing.length > 0) return { outcome: 'insufficient', pools: refusing };
  const { id, now } = seen;
  const kept = documents.get(id) ?? { entries: [], expiresAt: undefined };
  if (change.entry !== undefined) {
    kept.entries.push(change.entry);
    documents.set(id, kept);
  }
  if (change.expireAfterMs !== undefined)
    kept.expiresAt = change.expireAfterMs === 'never' ? undefined : now + change.expireAfterMs;
  const isOverdue = seen.dueAt !== undefined && seen.dueAt <= now;
  if (change.dueAt !== undefined && (!isOverdue || change.attended || freely)) {
    if (change.dueAt === 'never') due.delete(id);
    else due.set(id, change.dueAt);
  }
  add(counters, nonZero(change.counters));
  add(pools, nonZero(change.pools));
  return { outcome: 'done', now, epoch: seen.epoch };
}

function add(sums: Map<string, number>, differences: Integers): void {
  for (const [name, by] of Object.entries(differences)) sums.set(name, (sums.get(name) ?? 0) + by);
}

export function claim({ due, leases }: Contents, limit: number, leaseMs: number, now: number): Due[] {
  for (const [lease, until] of leases) if (until <= now) leases.delete(lease);
  const claimed = byDue(due)
    .filter(({ id, dueAt }) => dueAt <= now && !leases.has(`${dueAt} ${id}`))
    .slice(0, limit);
  for (const { id, dueAt } of claimed) leases.set(`${dueAt} ${id}`, now + leaseMs);
  return claimed;
}

/** The earliest first. */
export const byDue = (due: ReadonlyMap<string, number>): Due[] =>
  [...due].map(([id, dueAt]) => ({ id, dueAt })).sort((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1));

export const count = ({ due, counters, pools }: Contents, now: number): Counters => ({
  counters: Object.fromEntries(counters),
  pools: Object.fromEntries(pools),
  oldestDueAt: due.size === 0 ? undefined : Math.min(...due.values()),
  now,
});

export function stock({ pools, counters }: Contents, units: Integers, mode: 'missing' | 'raise'): void {
  const added = unitsToAdd((pool) => pools.get(pool), units, mode);
  add(pools, added);
  add(counters, filledBy(added));
}
