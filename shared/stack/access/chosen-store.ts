import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pattern } from '#shared/runtime/pattern.ts';
import type { Settings } from '#shared/runtime/settings.ts';
import { dataFolder, storeKindOf, storeVariable } from '#shared/runtime/store-settings.ts';
import { loadStores, type StorePlaces } from '#shared/store/stores.ts';
import { dataDir } from '../processes/data-dir.ts';

/** `npm start` notes which stores its services use: the operator's tools need not be told again, and a change is noticed. */
const fileOf = (pattern: string): string => join(dataDir(), `${dataFolder('chosen-store', pattern)}.json`);

/** STORE and STORE_… variables of the last `npm start` of a pattern on this data folder; none: it never ran. */
export function chosenStore(pattern: string): Readonly<Record<string, string>> {
  const file = fileOf(pattern);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/**
 * Notes the choice, before services start. What a service kept in this store earlier lacks all that it kept in another one since:
 * it is dropped, and rebuilt from the stream. Resolves with the services that this befell.
 */
export async function noteChosenStore(settings: Settings, pattern: Pattern, places: StorePlaces): Promise<string[]> {
  const before = chosenStore(settings.PATTERN);
  const changed = pattern.services.filter(({ name, behaviour }) => {
    const kind = before[storeVariable(name)] ?? before.STORE;
    return behaviour && kind !== undefined && kind !== storeKindOf(settings, name).name;
  });
  const stores = await loadStores(places);
  for (const { name, stores: more = [] } of changed) for (const store of [name, ...more]) await stores.drop(store);
  await mkdir(dataDir(), { recursive: true });
  await writeFile(fileOf(settings.PATTERN), `${JSON.stringify({ STORE: settings.STORE, ...settings.storeOf })}\n`);
  return changed.map(({ name }) => name);
}
