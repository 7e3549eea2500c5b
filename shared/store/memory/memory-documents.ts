import type { Change, Committed, Counters, Document, Due, Integers } from '../store.ts';

interface Kept {
  readonly entries: string[];
  /** Forgotten from then on, ms since the epoch. */
  expiresAt: number | undefined;
}

/** All that a memory store knows. Every step is synchronous. */
export interface Contents {
  readonly documents: Map<string, Kept>;
  readonly due: Map<string, number>;
  /** `<due time> <id>` -> until when it is claimed. */
  readonly leases: Map<string, number>;
  readonly counters: Map<string, number>;
  readonly pools: Map<string, number>;
}

export const emptyContents = (): Contents => ({
  documents: new Map(),
  due: new Map(),
  leases: new Map(),
  counters: new Map(),
  pools: new Map(),
});

export function read({ documents, due }: Contents, id: string, now: number, epoch: string): Document {
  const kept = documents.get(id);
  const isForgotten = kept?.expiresAt !== undefined && now >= kept.expiresAt;
  if (isForgotten) documents.delete(id);
  const entries = kept && !isForgotten ? [...kept.entries] : [];
  return { id, version: entries.length, entries, dueAt: due.get(id), now, epoch };
}

/** `seen` is the document now. Pools refuse unless `freely`. */
export function apply(contents: Contents, seen: Document, change: Change, freely: boolean): Committed {
  const { documents, due, counters, pools } = contents;
  const refusing = freely ? [] : insufficient(pools, change.pools ?? {});
  if (refusing.length > 0) return { outcome: 'insufficient', pools: refusing };
  const { id, now } = seen;
  if (change.entry !== undefined) {
    const kept = documents.get(id) ?? { entries: [], expiresAt: undefined };
    kept.entries.push(change.entry);
    documents.set(id, kept);
  }
  const kept = documents.get(id);
  if (kept && change.expireAfterMs !== undefined)
    kept.expiresAt = change.expireAfterMs === 'never' ? undefined : now + change.expireAfterMs;
  const isOverdue = seen.dueAt !== undefined && seen.dueAt <= now;
  if (change.dueAt !== undefined && (!isOverdue || change.attended || freely)) {
    if (change.dueAt === 'never') due.delete(id);
    else due.set(id, change.dueAt);
  }
  addAll(counters, change.counters ?? {});
  addAll(pools, change.pools ?? {});
  return { outcome: 'done', now, epoch: seen.epoch };
}

function insufficient(pools: ReadonlyMap<string, number>, differences: Integers): string[] {
  const taken = Object.entries(differences).filter(([, by]) => by < 0);
  return taken.flatMap(([pool, by]) => ((pools.get(pool) ?? -1) + by < 0 ? [pool] : [])).sort();
}

function addAll(sums: Map<string, number>, differences: Integers): void {
  for (const [name, by] of Object.entries(differences)) if (by !== 0) sums.set(name, (sums.get(name) ?? 0) + by);
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

export function count({ due, counters, pools }: Contents, now: number): Counters {
  return {
    counters: Object.fromEntries(counters),
    pools: Object.fromEntries(pools),
    oldestDueAt: due.size === 0 ? undefined : Math.min(...due.values()),
    now,
  };
}

export function stock({ pools, counters }: Contents, units: Integers, mode: 'missing' | 'raise'): void {
  for (const [pool, wanted] of Object.entries(units)) {
    const left = pools.get(pool);
    if (left !== undefined && (mode === 'missing' || left >= wanted)) continue;
    pools.set(pool, wanted);
    counters.set(`filled:${pool}`, (counters.get(`filled:${pool}`) ?? 0) + wanted - (left ?? 0));
  }
}
