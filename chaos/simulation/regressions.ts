import { readFile, writeFile } from 'node:fs/promises';
import type { RunSpec } from './universe.ts';

/** A run that once violated an invariant. The tests run it again each time. */
export interface Regression extends RunSpec {
  /** Which invariants it violated. */
  readonly found: string;
}

const file = new URL('./regressions.json', import.meta.url);
/** One cause makes many seeds fail: a few of them are enough. */
const MAX_ADDED = 3;

export const readRegressions = async (): Promise<Regression[]> => JSON.parse(await readFile(file, 'utf8'));

/** Adds the first of these to the list. */
export async function keepRegressions(failed: readonly Regression[]): Promise<void> {
  if (failed.length === 0) return;
  const known = await readRegressions();
  const added = failed
    .filter((run) => !known.some(({ seed, orders }) => seed === run.seed && orders === run.orders))
    .slice(0, MAX_ADDED);
  await writeFile(file, `${JSON.stringify([...known, ...added], null, 2)}\n`);
}
