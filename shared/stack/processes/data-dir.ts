import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { addToEnvironment, childEnvironment, readSettings } from '#shared/runtime/settings.ts';
import { misspelt } from './misspelt.ts';

export const repository = resolve(import.meta.dirname, '../../..');

/** The data folder as an absolute path: a relative DATA_DIR is below the repository. Reads no other variable. */
export const dataDir = (): string =>
  resolve(repository, readSettings({ DATA_DIR: childEnvironment({}).DATA_DIR }).DATA_DIR);

/** The variables of a `.env`, which some editors begin with a byte order mark. */
export const readDotEnv = (file: string): Readonly<Record<string, string>> =>
  existsSync(file) ? (parseEnv(readFileSync(file, 'utf8').replace(/^\uFEFF/, '')) as Record<string, string>) : {};

/** Adds the variables of the repository's `.env`, if there is one, to this process' own, which win. Tells misspelt ones. */
export function loadDotEnv(): void {
  const dotEnv = readDotEnv(join(repository, '.env'));
  for (const sentence of misspelt(Object.keys(dotEnv), Object.keys(childEnvironment({})))) console.error(sentence);
  addToEnvironment(dotEnv);
}
