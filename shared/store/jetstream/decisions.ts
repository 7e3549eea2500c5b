import { filledBy, nonZero, sum, unitsToAdd } from '../integers.ts';
import { type Change, type Committed, type Document, type Due, type Integers, NotWhole } from '../store.ts';
import { changed, documentOf } from './kept.ts';
import { keyOf, LEASES, META, RETIRED, STOCK } from './keys.ts';
import type { LogFormat, Meta } from './projection.ts';
import type { Reading } from './reading.ts';
import type { Decision } from './steps.ts';

/** What each step of the store decides on a reading of its log. */

/** Who rebuilds the store; undefined: everybody else. */
interface By {
  readonly writer: string | undefined;
}

/** @throws NotWhole unless this one may read and write now */
export function lifeOf({ projection: { life, meta } }: Reading, writer: string | undefined): string {
  const isOpen = writer === undefined ? meta.is === 'whole' : meta.is === 'rebuilding' && meta.writer === writer;
  if (life === undefined || !isOpen) throw new NotWhole(meta.is);
  return life;
}

/** @throws Error when somebody else wrote under its key */
export function documentIn(reading: Reading, id: string, writer: string | undefined): Document {
  const life = lifeOf(reading, writer);
  const foreign = reading.projection.foreign.get(keyOf(id));
  if (foreign !== undefined)
    throw new Error(`the store found foreign data under the key of document ${id}: ${foreign}`);
  return documentOf(id, reading.kept(id), reading.now, life);
}

interface Commit extends By {
  readonly id: string;
  readonly seen: Pick<Document, 'version' | 'epoch'>;
  readonly change: Change;
}

export function decideCommit(format: LogFormat, reading: Reading, commit: Commit): Decision<Committed> {
  const { id, seen, change, writer } = commit;
  const document = documentIn(reading, id, writer);
  const { version, epoch: life, now } = document;
  if (seen.version !== version || (version > 0 && seen.epoch !== life))
    return { answer: { outcome: 'beaten', document } };
  const isRebuild = writer !== undefined;
  const after = changed(reading.kept(id), change, reading.pools, now, isRebuild);
  if (Array.isArray(after)) return { answer: { outcome: 'insufficient', pools: after } };
  const pools = nonZero(change.pools);
  reading.keep(id, after, pools);
  // What is taken must still be there, and whoever lost the lease of a rebuild must write nothing more.
  const guarded = isRebuild || Object.values(pools).some((by) => by < 0);
  const message = { life, ...format.write(after, change) };
  return { answer: { outcome: 'done', now, epoch: life }, write: { key: keyOf(id), message, guarded } };
}

interface Claim extends By {
  readonly limit: number;
  readonly leaseMs: number;
}

export function decideClaim(reading: Reading, { limit, leaseMs, writer }: Claim): Decision<Due[]> {
  const { projection, now } = reading;
  const life = lifeOf(reading, writer);
  const running = Object.entries(projection.leases).filter(([, until]) => until > now);
  const leased = new Set(running.map(([lease]) => lease));
  const due = projection.due(now).filter((one) => !leased.has(leaseOf(one)));
  const claimed = due.slice(0, limit);
  if (claimed.length === 0) return { answer: [] };
  const until = Object.fromEntries([...running, ...claimed.map((one) => [leaseOf(one), now + leaseMs])]);
  return { answer: claimed, write: { key: LEASES, message: { life, until } } };
}

/** A lease is of one due time. */
const leaseOf = ({ id, dueAt }: Due): string => `${dueAt} ${id}`;

interface Stock extends By {
  readonly units: Integers;
  readonly mode: 'missing' | 'raise';
}

export function decideStock(reading: Reading, { units, mode, writer }: Stock): Decision<void> {
  const { projection } = reading;
  const life = lifeOf(reading, writer);
  const { counters, pools } = projection.stock;
  const added = unitsToAdd((pool) => projection.pools.get(pool), units, mode);
  if (Object.keys(added).length === 0) return { answer: undefined };
  const message = { life, counters: sum(counters, filledBy(added)), pools: sum(pools, added) };
  return { answer: undefined, write: { key: STOCK, message, guarded: true } };
}

export function decideMeta(reading: Reading, writer: string | undefined, change: Partial<Meta>): Decision<void> {
  const message = { ...reading.projection.meta, life: lifeOf(reading, writer), ...change };
  return { answer: undefined, write: { key: META, message } };
}

/** So many in one message. */
const MAX_RETIRED = 1_000;

/** Answers whether there is anything to remove. */
export function decideRetirement(reading: Reading, writer: string | undefined): Decision<boolean> {
  const { projection, now } = reading;
  const life = lifeOf(reading, writer);
  const ids = projection.expired(now, MAX_RETIRED);
  if (ids.length === 0) return { answer: false };
  let { counters, pools } = projection.retired;
  for (const kept of ids.map((id) => projection.kept(id))) {
    counters = sum(counters, kept.counters);
    pools = sum(pools, kept.pools);
  }
  const message = { life, counters, pools, keys: ids.map(keyOf) };
  return { answer: true, write: { key: RETIRED, message, guarded: true } };
}
