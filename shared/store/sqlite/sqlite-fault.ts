import { Unavailable } from '#shared/messaging/faults.ts';
import { ForeignFile } from './database-file.ts';

/** SQLite's primary result codes, see https://www.sqlite.org/rescode.html. */
const BUSY = 5;
const [READONLY, CORRUPT, FULL, CANTOPEN, NOTADB] = [8, 11, 13, 14, 26];

const resultCode = (error: unknown): number | undefined => {
  const { errcode } = error as { errcode?: number };
  return errcode === undefined ? undefined : errcode & 0xff;
};

/** Another process holds the lock: nothing was done. */
export const isBusy = (error: unknown): boolean => resultCode(error) === BUSY;

/** Whatever befalls the file, the store is away because of it: work pauses, and no document is blamed. */
export const sqliteFault = (file: string, error: unknown): Unavailable =>
  new Unavailable('store', { cause: new Error(`${file} ${describe(error)}`, { cause: error }) });

function describe(error: unknown): string {
  const { message, syscall } = error as NodeJS.ErrnoException;
  const moveAway = 'stop the services, move it and its -wal and -shm files away: the state is rebuilt from the stream';
  if (error instanceof ForeignFile)
    return `belongs to another program or version (${message}): set SQLITE_URL to another folder, or ${moveAway}`;
  // The file system's own faults are about the folder.
  switch (syscall ? CANTOPEN : resultCode(error)) {
    case BUSY:
      return 'is locked by another process: end what holds it (a backup, a shell, a frozen service)';
    case FULL:
      return 'cannot grow, its disk is full: free space; nothing is half-written, and the work goes on by itself';
    case NOTADB:
    case CORRUPT:
      return `is no database, or is damaged (${message}): ${moveAway}`;
    case CANTOPEN:
    case READONLY:
      return `cannot be written (${message}): let this user write in its folder, or set SQLITE_URL to another one`;
    default:
      return `cannot be used: ${message}`;
  }
}
