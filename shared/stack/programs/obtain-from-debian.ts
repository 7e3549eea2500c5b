import { access, mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa, type Options } from 'execa';
import { isAtLeast } from '#shared/messaging/jetstream/version.ts';
import type { Obtain } from './obtain.ts';
import { placeFolder } from './place-folder.ts';
import { describeWanted, type WantedProgram } from './wanted-program.ts';

/** Asking for it would take long and find nothing. */
const NOT_PACKAGED = new Set(['k6']);
/** Written in Go, so that the package of a later release runs here: it needs no library but C's. */
const FROM_NEXT_RELEASE = new Set(['nats-server']);
const NEXT_RELEASE = 'trixie';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Debian and Ubuntu: downloads the package, if it is new enough, and what this machine lacks of its dependencies, and
 * unpacks them. Nothing is installed, so neither root nor a system service is involved; apt keeps its lists in a private
 * folder.
 */
export const obtainFromDebian: Obtain = async (wanted, folder, say) => {
  if (NOT_PACKAGED.has(wanted.name) || !(await hasApt())) return undefined;
  say(`${describeWanted(wanted)} is not installed: its Debian package goes to ${folder}, if it is new enough`);
  await unpackPackage(wanted, folder, ['install', '--yes', '--download-only', '--no-install-recommends', wanted.name]);
  return true;
};

/** Debian before its release with a new enough package: that one's package, from a list of sources of our own. */
export const obtainFromNextDebian: Obtain = async (wanted, folder, say) => {
  if (!FROM_NEXT_RELEASE.has(wanted.name) || !(await exists(KEYRING)) || !(await hasApt())) return undefined;
  say(`${describeWanted(wanted)} is not installed: the package of Debian ${NEXT_RELEASE} goes to ${folder}`);
  const source = `deb [signed-by=${KEYRING}] http://deb.debian.org/debian ${NEXT_RELEASE} main\n`;
  await unpackPackage(wanted, folder, ['download', wanted.name], source);
  return true;
};

/** The version that `apt-cache policy` would install, without epoch and Debian's own revision. */
export const candidateOf = (policy: string): string | undefined =>
  /^\s*Candidate: (?:\d+:)?(\d[\d.]*)/m.exec(policy)?.[1];

/** @throws when there is no such package, or it is too old */
async function unpackPackage(
  wanted: WantedProgram,
  folder: string,
  download: readonly string[],
  source?: string,
): Promise<void> {
  const { name, least = '0' } = wanted;
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  await placeFolder(work, folder, async () => {
    const apt = await privateApt(work, source);
    await apt('apt-get', 'update');
    const version = candidateOf(await apt('apt-cache', 'policy', name));
    if (!isAtLeast(version, least)) throw new Error(`Debian's package is ${version ?? 'not there'}`);
    await apt('apt-get', ...download);
    await unpack(join(work, 'cache/archives'), join(work, 'root'));
    return join(work, 'root');
  });
}

type Apt = (program: 'apt-get' | 'apt-cache', ...args: readonly string[]) => Promise<string>;

async function privateApt(work: string, source: string | undefined): Promise<Apt> {
  const archives = join(work, 'cache/archives');
  await mkdir(join(work, 'state/lists/partial'), { recursive: true });
  await mkdir(join(archives, 'partial'), { recursive: true });
  if (source) await writeFile(join(work, 'sources.list'), source);
  const options = {
    'Dir::State': join(work, 'state'),
    'Dir::State::status': '/var/lib/dpkg/status',
    'Dir::Cache': join(work, 'cache'),
    'Debug::NoLocking': '1',
    // Root's apt would switch to a user that cannot read this folder.
    'APT::Sandbox::User': 'root',
    ...(source && { 'Dir::Etc::sourcelist': join(work, 'sources.list'), 'Dir::Etc::sourceparts': '-' }),
  };
  const flags = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  // `apt-get download` writes where it is run.
  const where: Options = { cwd: archives, env: { LC_ALL: 'C' } };
  return async (program, ...args) => String((await execa(program, [...flags, '-qq', ...args], where)).stdout);
}

async function unpack(archives: string, root: string): Promise<void> {
  await mkdir(root);
  for (const file of await readdir(archives)) {
    // A second C library beside the running one would break the loader.
    if (!file.endsWith('.deb') || file.startsWith('libc6_')) continue;
    await execa('dpkg-deb', ['-x', join(archives, file), root]);
  }
}

const hasApt = async (): Promise<boolean> => !(await execa('apt-get', ['--version'], { reject: false })).failed;

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
