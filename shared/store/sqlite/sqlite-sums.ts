import { filledBy, unitsToAdd } from '../integers.ts';
import type { Counters, Due, Integers } from '../store.ts';
import type { DatabaseFile, Row } from './database-file.ts';
import { add, unitsLeft } from './sqlite-documents.ts';

/** What is read and changed over all documents, within a transaction. */

/** The longest overdue that nobody claims; claimed until `now + leaseMs`. */
export function claimDue(database: DatabaseFile, limit: number, leaseMs: number, now: number): Due[] {
  database.run('DELETE FROM lease WHERE until <= ?', now);
  const claimed = dueIn(
    database.rows(
      `SELECT id, due_at FROM document WHERE due_at <= ?
       AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.id = document.id AND lease.due_at = document.due_at)
       ORDER BY due_at, id LIMIT ?`,
      now,
      limit,
    ),
  );
  for (const { id, dueAt } of claimed) database.run('INSERT INTO lease VALUES (?, ?, ?)', id, dueAt, now + leaseMs);
  return claimed;
}

export const oldest = (database: DatabaseFile, limit: number): Due[] =>
  dueIn(database.rows('SELECT id, due_at FROM document WHERE due_at IS NOT NULL ORDER BY due_at, id LIMIT ?', limit));

const dueIn = (rows: readonly Row[]): Due[] =>
  rows.map(({ id, due_at }) => ({ id: String(id), dueAt: Number(due_at) }));

export const count = (database: DatabaseFile, now: number): Counters => ({
  counters: integersIn(database.rows('SELECT name, value FROM counter')),
  pools: integersIn(database.rows('SELECT name, value FROM pool')),
  oldestDueAt: oldest(database, 1)[0]?.dueAt,
  now,
});

const integersIn = (rows: readonly Row[]): Integers =>
  Object.fromEntries(rows.map(({ name, value }) => [String(name), Number(value)]));

/** Sets the missing pools, or raises all. */
export function stock(database: DatabaseFile, units: Integers, mode: 'missing' | 'raise'): void {
  const added = unitsToAdd((pool) => unitsLeft(database, pool), units, mode);
  add(database, 'pool', added);
  add(database, 'counter', filledBy(added));
}
