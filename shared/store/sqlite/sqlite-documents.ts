import { insufficient, nonZero } from '../integers.ts';
import type { Change, Committed, Document, Integers } from '../store.ts';
import type { DatabaseFile } from './database-file.ts';

/** What the tables of `schema.sql` say of one document, and how a commit changes them, within a transaction. */

/** So many are forgotten by a commit that lets one expire: their number does not grow, and never are they many at once. */
const FORGOTTEN_AT_ONCE = 2;

export function read(database: DatabaseFile, id: string, now: number, epoch: string): Document {
  const { number, version, dueAt } = headOf(database, id, now);
  const rows = version === 0 ? [] : database.rows('SELECT text FROM entry WHERE document = ? ORDER BY number', number);
  return { id, version, entries: rows.map(({ text }) => String(text)), dueAt, now, epoch };
}

/** Its row, 0 if it has none, without what it said before it expired. */
function headOf(database: DatabaseFile, id: string, now: number) {
  const row = database.row('SELECT number, version, due_at, expires_at FROM document WHERE id = ?', id);
  const isExpired = Number(row?.expires_at ?? Number.POSITIVE_INFINITY) <= now;
  const dueAt = typeof row?.due_at === 'number' ? row.due_at : undefined;
  return { number: Number(row?.number ?? 0), version: isExpired ? 0 : Number(row?.version ?? 0), dueAt, isExpired };
}

export interface Commit {
  readonly id: string;
  readonly seen: Pick<Document, 'version' | 'epoch'>;
  readonly change: Change;
  /** Pools refuse nothing, and due times that have passed may change: for the one who rebuilds. */
  readonly freely: boolean;
}

export function commit(database: DatabaseFile, asked: Commit, now: number, epoch: string): Committed {
  const { id, seen, change, freely } = asked;
  const { number, version, dueAt, isExpired } = headOf(database, id, now);
  // A version that was read before a loss of data may have come round again.
  const isSame = version === seen.version && (version === 0 || epoch === seen.epoch);
  if (!isSame) return { outcome: 'beaten', document: read(database, id, now, epoch) };
  const pools = freely ? [] : insufficient((pool) => unitsLeft(database, pool), change.pools);
  if (pools.length > 0) return { outcome: 'insufficient', pools };
  if (isExpired) forget(database, number);
  if (typeof change.expireAfterMs === 'number') forgetExpired(database, now);
  const isOverdue = dueAt !== undefined && dueAt <= now;
  const keepsDue = isOverdue && !change.attended && !freely;
  write(database, id, keepsDue ? { ...change, dueAt: undefined } : change, now);
  add(database, 'counter', nonZero(change.counters));
  add(database, 'pool', nonZero(change.pools));
  return { outcome: 'done', now, epoch };
}

/** Undefined: there is no such pool. */
export function unitsLeft(database: DatabaseFile, pool: string): number | undefined {
  const row = database.row('SELECT value FROM pool WHERE name = ?', pool);
  return row && Number(row.value);
}

function forgetExpired(database: DatabaseFile, now: number): void {
  const expired = 'SELECT number FROM document WHERE expires_at <= ? ORDER BY expires_at LIMIT ?';
  for (const row of database.rows(expired, now, FORGOTTEN_AT_ONCE)) forget(database, Number(row.number));
}

/** Its due time stays, and so does its row if it has one. */
function forget(database: DatabaseFile, number: number): void {
  if (database.run('DELETE FROM document WHERE number = ? AND due_at IS NULL', number) > 0) return;
  database.run('DELETE FROM entry WHERE document = ?', number);
  database.run('UPDATE document SET version = 0, expires_at = NULL WHERE number = ?', number);
}

/** Each column by itself: an index is written only if its column is named. */
function write(database: DatabaseFile, id: string, { entry, dueAt, expireAfterMs }: Change, now: number): void {
  if (entry !== undefined || typeof dueAt === 'number')
    database.run('INSERT INTO document (id) VALUES (?) ON CONFLICT DO NOTHING', id);
  if (entry !== undefined) {
    database.run('INSERT INTO entry (document, text) SELECT number, ? FROM document WHERE id = ?', entry, id);
    database.run('UPDATE document SET version = version + 1 WHERE id = ?', id);
  }
  if (expireAfterMs !== undefined) {
    const expiresAt = expireAfterMs === 'never' ? null : now + expireAfterMs;
    database.run('UPDATE document SET expires_at = ? WHERE id = ? AND version > 0', expiresAt, id);
  }
  if (typeof dueAt === 'number') database.run('UPDATE document SET due_at = ? WHERE id = ?', dueAt, id);
  if (dueAt !== 'never') return;
  database.run('UPDATE document SET due_at = NULL WHERE id = ?', id);
  database.run('DELETE FROM document WHERE id = ? AND version = 0', id);
}

/** Adds the differences to a table of sums. */
export function add(database: DatabaseFile, table: 'counter' | 'pool', differences: Integers): void {
  const sum = `INSERT INTO ${table} VALUES (?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value`;
  for (const [name, by] of Object.entries(differences)) database.run(sum, name, by);
}
