import { checkChange, checkUnits } from '../check-change.ts';
import type { OpenStore } from '../store.ts';
import { COMMAND_TIMEOUT_MS, type StoreAt } from '../store-kind.ts';
import { type DatabaseFile, fileOf } from './database-file.ts';
import { commit, read } from './sqlite-documents.ts';
import { begin, checkpoint, complete, epochOf, healthOf, lease } from './sqlite-epoch.ts';
import { claimDue, count, oldest, stock } from './sqlite-sums.ts';
import { createTransactions, type Step, type Transactions } from './transactions.ts';

export interface SqliteStoreOptions extends StoreAt {
  /** How large the file may get, in pages of 4 KiB. Default: as large as its disk allows. */
  readonly maxPages?: number;
}

/**
 * The store in a file that the replicas of a service share, on the host's clock. Every commit is on the disk before it is
 * answered. Without its file it is `wiped`; it is `restarted` only when a copy took the place of the file.
 */
export function createSqliteStore({
  url,
  service,
  commandTimeoutMs = COMMAND_TIMEOUT_MS,
  maxPages,
}: SqliteStoreOptions): OpenStore {
  const transactions = createTransactions(fileOf({ url, service }), commandTimeoutMs, maxPages);
  return {
    ...within(transactions),
    health: () => transactions.read(healthOf),
    async beginRebuild(leaseMs) {
      const begun = await transactions.write((database, now) => begin(database, leaseMs, now));
      if (!begun) return undefined;
      const { epoch, ...from } = begun;
      return { ...from, ...within(transactions, epoch), ...endOf(transactions, epoch) };
    },
    close: transactions.close,
  };
}

/** A step in the epoch of a whole file, or in the one of its `writer`. */
const inEpoch =
  <T>(writer: string | undefined, step: (database: DatabaseFile, now: number, epoch: string) => T): Step<T> =>
  (database, now) =>
    step(database, now, epochOf(database, writer));

/** The calls that a whole store and the one who rebuilds it have in common. */
function within(transactions: Transactions, writer?: string) {
  const reading = <T>(step: Parameters<typeof inEpoch<T>>[1]) => transactions.read(inEpoch(writer, step));
  const writing = <T>(step: Parameters<typeof inEpoch<T>>[1]) => transactions.write(inEpoch(writer, step));
  return {
    load: (id) => reading((database, now, epoch) => read(database, id, now, epoch)),
    async commit(id, seen, change) {
      checkChange(id, change);
      const asked = { id, seen, change, freely: writer !== undefined };
      return writing((database, now, epoch) => commit(database, asked, now, epoch));
    },
    claimDue: (limit, leaseMs) => writing((database, now) => claimDue(database, limit, leaseMs, now)),
    oldest: (limit) => reading((database) => oldest(database, limit)),
    counters: () => reading(count),
    async stock(units, mode) {
      checkUnits(units);
      return writing((database) => stock(database, units, mode));
    },
    checkpoint: (sequence, stream) => writing((database) => checkpoint(database, sequence, stream)),
  } satisfies Partial<OpenStore>;
}

/** How the rebuild of `writer` goes on and ends. */
function endOf({ write }: Transactions, writer: string) {
  return {
    renew: (leaseMs: number) => write(inEpoch(writer, (database, now) => lease(database, now + leaseMs))),
    complete: (sequence: number, stream?: string) =>
      write(
        inEpoch(writer, (database) => {
          checkpoint(database, sequence, stream);
          complete(database);
        }),
      ),
    abandon: () => write(inEpoch(writer, (database) => lease(database, 0))).catch(() => undefined),
  };
}
