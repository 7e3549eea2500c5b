import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { isAtLeast } from '#shared/messaging/jetstream/nats-link.ts';
import { type Obtain, runs } from './obtain.ts';
import { describeWanted, type WantedProgram } from './wanted-program.ts';

const NEXT_RELEASE = 'trixie';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Debian and Ubuntu: unpacks the package and the dependencies that are missing, without root and without installing any. */
export const obtainFromDebian: Obtain = async (wanted, work, say) => {
  if (!wanted.debian || !(await runs('apt-get', '--version'))) return false;
  say(`${describeWanted(wanted)} is not installed: unpacking its Debian package, if that is new enough`);
  const download = ['install', '--yes', '--download-only', '--no-install-recommends', packageOf(wanted)];
  await unpackPackage(wanted, work, download);
  return true;
};

/** A Debian whose own package is too old: the next release's, from a private list of sources. */
export const obtainFromNextDebian: Obtain = async (wanted, work, say) => {
  if (wanted.debian !== 'this release or next' || !existsSync(KEYRING) || !(await runs('apt-get', '--version')))
    return false;
  say(`${describeWanted(wanted)} is not installed: unpacking the package of Debian ${NEXT_RELEASE}`);
  const source = `deb [signed-by=${KEYRING}] http://deb.debian.org/debian ${NEXT_RELEASE} main\n`;
  await unpackPackage(wanted, work, ['download', packageOf(wanted)], source);
  return true;
};

const packageOf = ({ name, debianPackage = name }: WantedProgram): string => debianPackage;

/** The version that `apt-cache policy` would install, without epoch and Debian's own revision. */
export const candidateOf = (policy: string): string | undefined =>
  /^\s*Candidate: (?:\d+:)?(\d[\d.]*)/m.exec(policy)?.[1];

/** @throws when there is no such package, or it is too old */
async function unpackPackage(
  wanted: WantedProgram,
  work: string,
  download: readonly string[],
  source?: string,
): Promise<void> {
  const archives = join(work, 'cache/archives');
  const apt = await privateApt(work, archives, source);
  await apt('apt-get', 'update');
  const version = candidateOf(await apt('apt-cache', 'policy', packageOf(wanted)));
  if (!isAtLeast(version, wanted.least)) throw new Error(`Debian's package is ${version ?? 'not there'}`);
  await apt('apt-get', ...download);
  // A second C library beside the running one would break the loader.
  for (const file of await readdir(archives))
    if (file.endsWith('.deb') && !file.startsWith('libc6_'))
      await execa('dpkg-deb', ['-x', join(archives, file), join(work, 'root')]);
}

/** apt with lists and archives in `work`, so that it needs no rights. */
async function privateApt(work: string, archives: string, source: string | undefined) {
  await mkdir(join(work, 'state/lists/partial'), { recursive: true });
  await mkdir(join(archives, 'partial'), { recursive: true });
  const sources = join(work, 'sources.list');
  if (source) await writeFile(sources, source);
  const options = {
    'Dir::State': join(work, 'state'),
    'Dir::State::status': '/var/lib/dpkg/status',
    'Dir::Cache': join(work, 'cache'),
    'Debug::NoLocking': '1',
    // Root's apt would switch to a user that cannot read this folder.
    'APT::Sandbox::User': 'root',
    ...(source && { 'Dir::Etc::sourcelist': sources, 'Dir::Etc::sourceparts': '-' }),
  };
  const flags = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  return async (program: 'apt-get' | 'apt-cache', ...args: readonly string[]): Promise<string> =>
    // `apt-get download` writes where it is run.
    (await execa(program, [...flags, '-qq', ...args], { cwd: archives, env: { LC_ALL: 'C' } })).stdout;
}
