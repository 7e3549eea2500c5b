import type { StoreAt } from '../store-kind.ts';
import { fileOf } from './database-file.ts';
import { createTransactions, type Step } from './transactions.ts';

/** For tools, never for a service: what is done here walks over every row, and waits longer for the lock. */

const TIMEOUT_MS = 10_000;

export const documentIds = (at: StoreAt): Promise<string[]> =>
  asTool(at, (database) => database.rows('SELECT id FROM document').map(({ id }) => String(id)));

/**
 * Drops on purpose all that a service's store holds, so that the service rebuilds it from the stream. Resolves with the number of
 * rows. The file stays: a process that has it open would go on in one that was removed. @throws Unavailable
 */
export const dropStore = (at: StoreAt): Promise<number> =>
  asTool(at, (database) => {
    const tables = ['state', 'document', 'lease', 'counter', 'pool'];
    return tables.reduce((dropped, table) => dropped + database.run(`DELETE FROM ${table}`), 0);
  });

async function asTool<T>(at: StoreAt, step: Step<T>): Promise<T> {
  const transactions = createTransactions(fileOf(at), TIMEOUT_MS);
  return transactions.write(step).finally(transactions.close);
}
