import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { isAtLeast } from '#shared/messaging/jetstream/version.ts';
import { dataDir, repository } from '../processes/data-dir.ts';
import { StartFailure } from '../processes/start-failure.ts';
import type { Obtain, Say } from './obtain.ts';
import { obtainFromDebian, obtainFromNextDebian } from './obtain-from-debian.ts';
import { obtainWithBrew } from './obtain-with-brew.ts';
import { obtainWithGo } from './obtain-with-go.ts';
import { describeWanted, wantedProgram } from './wanted-program.ts';

/** A server program that was seen to run. */
export interface Program {
  readonly name: string;
  /** A name on PATH or an absolute path. */
  readonly path: string;
  /** What it needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** `2.12.15` */
  readonly version: string;
}

export { dataDir, repository };

const programsDir = (): string => join(dataDir(), 'programs');

/**
 * PATH first, then what `obtainProgram` put into the data folder; undefined when neither has one that runs and is new
 * enough.
 */
export async function findProgram(name: string): Promise<Program | undefined> {
  const { least = '0' } = wantedProgram(name);
  const folder = join(programsDir(), name);
  const places = [
    { path: name, env: {} },
    ...['bin', 'usr/bin', 'usr/sbin'].map((bin) => ({ path: join(folder, bin, name), env: undefined })),
  ];
  for (const { path, env } of places) {
    if (!env && !(await exists(path))) continue;
    const found = await probe(name, path, env ?? (await libraries(folder)));
    if (found && isAtLeast(found.version, least)) return found;
  }
  return undefined;
}

/** Runs `--version`: a program that is there but lacks a library is none. */
async function probe(name: string, path: string, env: Record<string, string>): Promise<Program | undefined> {
  const { stdout, failed } = await execa(path, ['--version'], { env, reject: false, timeout: 10_000 });
  const [, version] = /(?:v=?|version )(\d+\.\d+[.\d]*)/.exec(stdout ?? '') ?? [];
  return failed || !version ? undefined : { name, path, env, version };
}

/** LD_LIBRARY_PATH for what was unpacked from Debian packages. */
async function libraries(folder: string): Promise<Record<string, string>> {
  const found: string[] = [];
  for (const lib of ['usr/lib', 'lib'].map((path) => join(folder, path)))
    if (await exists(lib))
      for (const entry of await readdir(lib)) if (entry.includes('-linux-')) found.push(join(lib, entry));
  return found.length > 0 ? { LD_LIBRARY_PATH: found.join(':') } : {};
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const WAYS: readonly Obtain[] = [obtainFromDebian, obtainWithGo, obtainFromNextDebian, obtainWithBrew];

/** Finds the program, else gets it without root and without installing a service. @throws StartFailure: what to install. */
export async function obtainProgram(
  name: string,
  say: Say = console.error,
  ways: readonly Obtain[] = WAYS,
): Promise<Program> {
  const failures: string[] = [];
  for (const way of [undefined, ...ways]) {
    try {
      if (way && !(await way(wantedProgram(name), join(programsDir(), name), say))) continue;
    } catch (error) {
      failures.push((error as Error).message);
      continue;
    }
    const found = await findProgram(name);
    if (found) return found;
    if (way) failures.push(`what ${way.name} got does not run, or is too old`);
  }
  return missingProgram(name, failures);
}

/** @throws StartFailure that says what to install. */
export function missingProgram(name: string, failures: readonly string[] = []): never {
  const wanted = wantedProgram(name);
  const { remedy = '' } = wanted;
  const described = describeWanted(wanted);
  const tried = failures.length > 0 ? ` Tried to get it: ${failures.join('; ')}.` : '';
  throw new StartFailure(
    `${described} is neither on PATH nor in ${programsDir()}.${tried} Install ${described} so that it is on PATH${remedy && ` ${remedy}`}.`,
  );
}
