import { mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { placeFolder } from './place-folder.ts';
import type { Obtain } from './programs.ts';

/** Asking for it would take long and find nothing. */
const NOT_PACKAGED = new Set(['k6']);

/**
 * Debian and Ubuntu: downloads the package and what this machine lacks of its dependencies, and unpacks them. Nothing
 * is installed, so neither root nor a system service is involved; apt keeps its lists in a private folder.
 */
export const obtainFromDebian: Obtain = async (name, folder, say) => {
  if (NOT_PACKAGED.has(name)) return undefined;
  const { failed } = await execa('apt-get', ['--version'], { reject: false });
  if (failed) return undefined;
  await mkdir(dirname(folder), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  say(`${name} is not installed: downloading its Debian package into ${folder} (nothing is installed)`);
  await placeFolder(work, folder, async () => {
    const apt = await privateApt(work);
    await apt('update');
    await apt('install', '--yes', '--download-only', '--no-install-recommends', name);
    await unpack(join(work, 'cache/archives'), join(work, 'root'));
    return join(work, 'root');
  });
  return true;
};

async function privateApt(work: string): Promise<(...args: string[]) => Promise<unknown>> {
  await mkdir(join(work, 'state/lists/partial'), { recursive: true });
  await mkdir(join(work, 'cache/archives/partial'), { recursive: true });
  const options = {
    'Dir::State': join(work, 'state'),
    'Dir::State::status': '/var/lib/dpkg/status',
    'Dir::Cache': join(work, 'cache'),
    'Debug::NoLocking': '1',
    // Root's apt would switch to a user that cannot read this folder.
    'APT::Sandbox::User': 'root',
  };
  const flags = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  return (...args) => execa('apt-get', [...flags, '-qq', ...args], { env: { LC_ALL: 'C' } });
}

async function unpack(archives: string, root: string): Promise<void> {
  await mkdir(root);
  for (const file of await readdir(archives)) {
    // A second C library beside the running one would break the loader.
    if (!file.endsWith('.deb') || file.startsWith('libc6_')) continue;
    await execa('dpkg-deb', ['-x', join(archives, file), root]);
  }
}
