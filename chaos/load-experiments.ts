import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Experiment } from './experiment.ts';

const folder = join(import.meta.dirname, 'experiments');

/** Every experiment of the folder, by name: a new file is listed nowhere. @throws when a file exports none of its name. */
export async function loadExperiments(): Promise<Experiment[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts')).sort();
  return Promise.all(files.map((file) => loadExperiment(basename(file, '.ts'))));
}

async function loadExperiment(name: string): Promise<Experiment> {
  const module: Record<string, Experiment> = await import(join(folder, `${name}.ts`));
  const found = Object.values(module).find((exported) => exported.name === name);
  if (!found) throw new Error(`chaos/experiments/${name}.ts exports no experiment named ${name}`);
  return found;
}
