import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { NotWhole } from '../store.ts';
import { DatabaseFile } from './database-file.ts';
import { isBusy, sqliteFault } from './sqlite-fault.ts';

/** A part of a transaction, at a time of the host's clock. It may throw NotWhole before it has written anything. */
export type Step<T> = (database: DatabaseFile, now: number) => T;

/** What is called in one turn of the event loop is one transaction: one lock, and one sync of the disk. */
export interface Transactions {
  read<T>(step: Step<T>): Promise<T>;
  write<T>(step: Step<T>): Promise<T>;
  /** After what was called already. */
  close(): Promise<void>;
}

interface Call {
  readonly step: Step<unknown>;
  readonly writes: boolean;
  /** Unavailable by then. */
  readonly deadline: number;
  resolve(result: unknown): void;
  reject(fault: unknown): void;
}

/** How long to leave the lock to another process, ms. The event loop goes on meanwhile. */
const pause = (): number => 1 + 4 * Math.random();

/** On a file that is opened by the first call, and again when it was replaced or removed, or after a fault. */
export function createTransactions(file: string, timeoutMs: number, maxPages?: number): Transactions {
  let calls: Call[] = [];
  let working: Promise<void> | undefined;
  let database: DatabaseFile | undefined;
  let closed = false;

  function close(): void {
    database?.close();
    database = undefined;
  }

  function opened(): DatabaseFile {
    if (!database?.isInPlace()) close();
    database ??= new DatabaseFile(file, maxPages);
    return database;
  }

  /** Resolves with how to answer each call: nobody is answered before the commit. */
  function perform(batch: readonly Call[]): (() => void)[] {
    const database = opened();
    const writes = batch.some((call) => call.writes);
    return database.transaction(writes, () => {
      const now = Date.now();
      return batch.map((call) => answerTo(call, database, now));
    });
  }

  async function answer(batch: readonly Call[]): Promise<void> {
    const deadline = batch[0]?.deadline ?? 0;
    for (;;)
      try {
        for (const answered of perform(batch)) answered();
        return;
      } catch (error) {
        if (isBusy(error) && performance.now() < deadline) {
          await delay(pause());
          continue;
        }
        close();
        const fault = sqliteFault(file, error);
        for (const { reject } of batch) reject(fault);
        return;
      }
  }

  async function work(): Promise<void> {
    while (calls.length > 0) {
      await nextTurn();
      const batch = calls;
      calls = [];
      await answer(batch);
    }
    working = undefined;
  }

  const ask =
    (writes: boolean) =>
    <T>(step: Step<T>): Promise<T> =>
      new Promise<unknown>((resolve, reject) => {
        if (closed) throw sqliteFault(file, new Error('the store is closed'));
        calls.push({ step, writes, deadline: performance.now() + timeoutMs, resolve, reject });
        working ??= work();
      }) as Promise<T>;

  return {
    read: ask(false),
    write: ask(true),
    async close() {
      closed = true;
      await working;
      close();
    },
  };
}

function answerTo({ step, resolve, reject }: Call, database: DatabaseFile, now: number): () => void {
  try {
    const result = step(database, now);
    return () => resolve(result);
  } catch (error) {
    if (!(error instanceof NotWhole)) throw error;
    return () => reject(error);
  }
}
