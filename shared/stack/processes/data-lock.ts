import { constants } from 'node:fs';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartFailure } from './start-failure.ts';

/** Makes and locks the data folder, also over a dead process' lock; returns what unlocks it. @throws StartFailure */
export async function lockDataFolder(folder: string): Promise<() => Promise<void>> {
  const lock = join(folder, 'stack.pid');
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    while (!(await take(lock))) await removeStale(lock, folder);
  } catch (error) {
    if (error instanceof StartFailure) throw error;
    throw new StartFailure(
      `cannot use the data folder ${folder} (DATA_DIR): ${(error as Error).message}. Make it writable, or set DATA_DIR to another folder.`,
      { cause: error },
    );
  }
  return () => rm(lock, { force: true });
}

async function take(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function removeStale(lock: string, folder: string): Promise<void> {
  const pid = Number(await readFile(lock, 'utf8'));
  if (pid > 0 && isRunning(pid))
    throw new StartFailure(
      `a stack (pid ${pid}) already runs on ${folder}. Stop it, or set DATA_DIR and the ports to others. (If pid ${pid} is something else, remove ${lock}.)`,
    );
  await rm(lock, { force: true });
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
