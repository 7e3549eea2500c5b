import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '#shared/runtime/settings.ts';
import { dataDir } from '../processes/data-dir.ts';

/** `npm start` notes which stores its services use, so that the operator's tools need not be told again. */
const file = (): string => join(dataDir(), 'chosen-store.json');

export async function noteChosenStore({ STORE, storeOf }: Settings): Promise<void> {
  await mkdir(dataDir(), { recursive: true });
  await writeFile(file(), `${JSON.stringify({ STORE, ...storeOf })}\n`);
}

/** STORE and STORE_… variables of the last `npm start` on this data folder; none: it never ran. */
export const chosenStore = (): Readonly<Record<string, string>> =>
  existsSync(file()) ? JSON.parse(readFileSync(file(), 'utf8')) : {};
