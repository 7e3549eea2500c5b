import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { childEnvironment, readSettings } from '#shared/runtime/settings.ts';

/** The folder that holds package.json. */
export const repository = resolve(import.meta.dirname, '../../..');

/** The data folder as an absolute path: a relative DATA_DIR is below the repository. Reads no other variable. */
export const dataDir = (): string =>
  resolve(repository, readSettings({ DATA_DIR: childEnvironment({}).DATA_DIR }).DATA_DIR);

/** Adds the variables of the repository's `.env`, if there is one, to this process' own, which win. */
export function loadDotEnv(): void {
  const file = join(repository, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}
