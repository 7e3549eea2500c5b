import { randomUUID } from 'node:crypto';
import { type Health, NotWhole } from '../store.ts';
import type { DatabaseFile } from './database-file.ts';

/**
 * Whether a file's data can be built upon, and who may write it: the table `state`, within a transaction. An epoch is
 * `whole:<unique>@<inode>` or `rebuilding:<unique>`: a copy that took the place of the file may lack what came after it.
 */

const stateOf = (database: DatabaseFile) =>
  database.row('SELECT epoch, checkpoint, stream, leased_until AS leasedUntil FROM state');

export function healthOf(database: DatabaseFile): Health {
  const state = stateOf(database);
  if (!state) return { is: 'wiped', checkpoint: 0 };
  const stream = state.stream === null ? undefined : String(state.stream);
  return { is: conditionOf(String(state.epoch), database), checkpoint: Number(state.checkpoint), stream };
}

function conditionOf(epoch: string, { inode }: DatabaseFile): Exclude<Health['is'], 'wiped'> {
  if (!epoch.startsWith('whole:')) return 'rebuilding';
  return epoch.endsWith(`@${inode}`) ? 'whole' : 'restarted';
}

/** The epoch of a whole file, or that of its `writer`. @throws NotWhole */
export function epochOf(database: DatabaseFile, writer?: string): string {
  const epoch = String(stateOf(database)?.epoch ?? '');
  const isOpen = writer === undefined ? conditionOf(epoch, database) === 'whole' : epoch === writer;
  if (!isOpen) throw new NotWhole(healthOf(database).is);
  return epoch;
}

export function checkpoint(database: DatabaseFile, sequence: number, stream?: string): void {
  database.run('UPDATE state SET checkpoint = ?, stream = ?', sequence, stream ?? null);
}

/** Resolves with what the rebuild begins from; undefined: it must not begin. */
export function begin(database: DatabaseFile, leaseMs: number, now: number) {
  const { is, checkpoint, stream } = healthOf(database);
  if (is === 'whole' || now < Number(stateOf(database)?.leasedUntil ?? 0)) return undefined;
  const epoch = `rebuilding:${randomUUID()}`;
  const state = 'INSERT OR REPLACE INTO state VALUES (1, ?, ?, ?, ?)';
  database.run(state, epoch, checkpoint, stream ?? null, now + leaseMs);
  return { cause: is, from: checkpoint, stream, epoch };
}

export function lease(database: DatabaseFile, until: number): void {
  database.run('UPDATE state SET leased_until = ?', until);
}

export function complete(database: DatabaseFile): void {
  database.run('UPDATE state SET epoch = ?, leased_until = 0', `whole:${randomUUID()}@${database.inode}`);
}
