import { insufficient, nonZero, sum } from '../integers.ts';
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
  { entry, counters, pools, dueAt, attended, expireAfterMs }: Change,
  left: ReadonlyMap<string, number>,
  now: number,
  freely: boolean,
): Kept | string[] {
  const refusing = freely ? [] : insufficient((pool) => left.get(pool), pools);
  if (refusing.length > 0) return refusing;
  const entries = entry === undefined ? kept.entries : [...kept.entries, entry];
  const isOverdue = kept.dueAt !== undefined && kept.dueAt <= now && !attended && !freely;
  const expiresAt = expireAfterMs === undefined ? kept.expiresAt : after(now, expireAfterMs);
  return {
    entries,
    dueAt: dueAt === undefined || isOverdue ? kept.dueAt : after(0, dueAt),
    expiresAt: entries.length > 0 ? expiresAt : undefined,
    counters: sum(kept.counters, nonZero(counters)),
    pools: sum(kept.pools, nonZero(pools)),
  };
}

const after = (time: number, ms: number | 'never'): number | undefined => (ms === 'never' ? undefined : time + ms);
