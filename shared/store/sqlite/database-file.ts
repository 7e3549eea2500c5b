import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { StoreAt } from '../store-kind.ts';

/** The file's header says whose it is: "PIZZ". */
const APPLICATION_ID = 0x50495a5a;
/** Of `schema.sql`: a file with another one is refused, not misread. */
const LAYOUT = 1;
const SCHEMA = readFileSync(new URL('./schema.sql', import.meta.url), 'utf8');

/** The file with a service's data, in the folder of the URL. */
export const fileOf = ({ url, service }: Pick<StoreAt, 'url' | 'service'>): string =>
  join(fileURLToPath(url), `${encodeURIComponent(service)}.sqlite`);

/** Another program's file, or of another layout. */
export class ForeignFile extends Error {
  override readonly name = 'ForeignFile';
}

export type Row = Readonly<Record<string, string | number | null>>;

/** An open file. It waits for no other process: what meets a lock throws SQLITE_BUSY. */
export class DatabaseFile {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #path: string;
  /** Of the open file: a copy has another one. */
  readonly inode: string;

  /** Makes the file where there is none. @throws ForeignFile, or what SQLite or the file system says */
  constructor(path: string, maxPages?: number) {
    mkdirSync(dirname(path), { recursive: true });
    this.#path = path;
    this.#database = new DatabaseSync(path, { timeout: 0 });
    try {
      this.#refuseForeign();
      // FULL: a commit is on the disk before it is answered. NORMAL would lose the last ones in a power cut, unnoticed.
      this.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000');
      if (maxPages !== undefined) this.exec(`PRAGMA max_page_count = ${maxPages}`);
      this.transaction(true, () => this.#makeTables());
      this.inode = this.#inodeNow() ?? '';
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #refuseForeign(): void {
    const [application, layout] = [this.#pragma('application_id'), this.#pragma('user_version')];
    if (this.row('SELECT name FROM sqlite_schema') === undefined || application === APPLICATION_ID) {
      if (layout === 0 || layout === LAYOUT) return;
    }
    throw new ForeignFile(`application_id ${application}, user_version ${layout}`);
  }

  #makeTables(): void {
    if (this.#pragma('user_version') === LAYOUT) return;
    this.exec(`${SCHEMA}; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${LAYOUT}`);
  }

  #pragma = (name: string): unknown => this.row(`PRAGMA ${name}`)?.[name];

  #inodeNow = (): string | undefined => statSync(this.#path, { throwIfNoEntry: false, bigint: true })?.ino.toString();

  /** Whether the path still leads to the open file, and not to another one or none. */
  isInPlace = (): boolean => this.#inodeNow() === this.inode;

  /** All of it is done, or nothing. Readers do not wait for the one writer, nor see what it has not committed. */
  transaction<T>(writes: boolean, task: () => T): T {
    this.exec(writes ? 'BEGIN IMMEDIATE' : 'BEGIN');
    try {
      const result = task();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      // After some faults SQLite has rolled back already.
      if (this.#database.isTransaction) this.exec('ROLLBACK');
      throw error;
    }
  }

  row = (sql: string, ...values: SQLInputValue[]) => this.#prepared(sql).get(...values) as Row | undefined;
  rows = (sql: string, ...values: SQLInputValue[]) => this.#prepared(sql).all(...values) as Row[];
  /** Returns the number of rows that it changed. */
  run = (sql: string, ...values: SQLInputValue[]): number => Number(this.#prepared(sql).run(...values).changes);
  exec = (sql: string): void => this.#database.exec(sql);
  close = (): void => this.#database.close();

  #prepared(sql: string): StatementSync {
    const prepared = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }
}
