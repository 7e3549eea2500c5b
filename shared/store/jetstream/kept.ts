import { insufficient } from '../memory/memory-documents.ts';
import type { Change, Document, Integers } from '../store.ts';

/** What a log says of one document. */
export interface Kept extends Sums {
  readonly entries: readonly string[];
  readonly dueAt?: number | undefined;
  /** Forgotten from then on, ms since the epoch; what it added stays. */
  readonly expiresAt?: number | undefined;
}

/** What was ever added to the counters and to the pools. */
export interface Sums {
  readonly counters: Integers;
  readonly pools: Integers;
}

export const NOTHING: Kept = { entries: [], counters: {}, pools: {} };

/** Without its entries once it has expired. */
export const keptAt = (kept: Kept, now: number): Kept =>
  now >= (kept.expiresAt ?? Number.POSITIVE_INFINITY) ? { ...kept, entries: [], expiresAt: undefined } : kept;

export const documentOf = (id: string, { entries, dueAt }: Kept, now: number, epoch: string): Document => ({
  id,
  version: entries.length,
  entries: [...entries],
  dueAt,
  now,
  epoch,
});

/** What it is after the change, or the pools that refuse it. None refuses what is done `freely`. */
export function changed(
  kept: Kept,
  { entry, counters, pools = {}, dueAt, attended, expireAfterMs }: Change,
  left: ReadonlyMap<string, number>,
  now: number,
  freely: boolean,
): Kept | string[] {
  const refusing = freely ? [] : insufficient(left, pools);
  if (refusing.length > 0) return refusing;
  const entries = entry === undefined ? kept.entries : [...kept.entries, entry];
  const isOverdue = kept.dueAt !== undefined && kept.dueAt <= now && !attended && !freely;
  const expiresAt = expireAfterMs === undefined ? kept.expiresAt : after(now, expireAfterMs);
  return {
    entries,
    dueAt: dueAt === undefined || isOverdue ? kept.dueAt : after(0, dueAt),
    expiresAt: entries.length > 0 ? expiresAt : undefined,
    counters: sum(kept.counters, differences(counters)),
    pools: sum(kept.pools, differences(pools)),
  };
}

const after = (time: number, ms: number | 'never'): number | undefined => (ms === 'never' ? undefined : time + ms);

/** Without the differences of zero. */
export const differences = (integers: Integers = {}): Integers =>
  Object.fromEntries(Object.entries(integers).filter(([, by]) => by !== 0));

export function sum(sums: Integers, by: Integers = {}): Integers {
  const total = new Map(Object.entries(sums));
  for (const [name, difference] of Object.entries(by)) total.set(name, (total.get(name) ?? 0) + difference);
  return Object.fromEntries(total);
}
