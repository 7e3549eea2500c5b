import { rename, rm } from 'node:fs/promises';

/**
 * Has `make` build a folder inside `work`, then moves it to `target` in one step, replacing what was there. So two
 * processes that do the same at once both end with a whole folder. `work` is always removed.
 */
export async function placeFolder(work: string, target: string, make: () => Promise<string>): Promise<void> {
  try {
    const made = await make();
    await rename(target, `${work}/old`).catch(absent);
    await rename(made, target).catch(alreadyThere);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function absent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** Another process was faster: its folder is as good as ours. */
function alreadyThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
}
