import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describeWanted, type WantedProgram } from './wanted-program.ts';

export type Say = (line: string) => void;

/** Obtains a program into `root` in the folder `work`, or onto PATH. False: not possible here. @throws when it failed */
export type Obtain = (wanted: WantedProgram, work: string, say: Say) => Promise<boolean>;

export const runs = async (file: string, ...args: readonly string[]): Promise<boolean> =>
  !(await execa(file, args, { reject: false })).failed;

export const obtainWithGo: Obtain = async (wanted, work, say) => {
  const { name, go } = wanted;
  if (!go || !(await runs('go', 'version'))) return false;
  say(`${describeWanted(wanted)} is not installed: building it by go install ${go.module} (takes a minute)`);
  const bin = await makeBin(work);
  await execa('go', ['install', ...(go.flags ?? []), go.module], { env: { GOBIN: bin } });
  if (go.built) await rename(join(bin, go.built), join(bin, name));
  return true;
};

/** Copies the program out of its container image. It runs natively on Linux only. */
export const obtainFromImage: Obtain = async (wanted, work, say) => {
  const { name, image } = wanted;
  if (!image || !(await runs('docker', 'version'))) return false;
  say(`${describeWanted(wanted)} is not installed: copying it out of the image ${image}`);
  const docker = async (...args: string[]) => (await execa('docker', args)).stdout;
  const container = await docker('create', image);
  try {
    const entrypoint = await docker('inspect', '--format', '{{.Path}}', container);
    await docker('cp', `${container}:${entrypoint}`, join(await makeBin(work), name));
  } finally {
    await docker('rm', container);
  }
  return true;
};

/** Homebrew: its formulae start no service by themselves. */
export const obtainWithBrew: Obtain = async (wanted, _work, say) => {
  const { brew } = wanted;
  if (!brew || !(await runs('brew', '--version'))) return false;
  say(`${describeWanted(wanted)} is not installed: running brew install ${brew}`);
  await execa('brew', ['install', '--quiet', brew]);
  return true;
};

/** The package of this platform alone: its wrapper would report the installation to a third party. */
export const obtainFromNpm: Obtain = async (wanted, work, say) => {
  const { npm } = wanted;
  if (!npm || !(await runs('npm', '--version'))) return false;
  const name = `${npm.prefix}${process.platform}-${process.arch}`;
  say(`${describeWanted(wanted)} is not installed: downloading ${name} ${npm.version} from npm (${npm.licence})`);
  const flags = [`--ignore-scripts=${!npm.runsScript}`, '--no-audit', '--fetch-retries=0'];
  const install = await execa('npm', ['install', '--prefix', work, ...flags, `${name}@${npm.version}`], {
    reject: false,
  });
  const [, why = 'npm failed'] = /^npm error ((?!code|syscall|errno).+)$/m.exec(install.stderr) ?? [];
  if (install.failed) throw new Error(why);
  await rename(join(work, 'node_modules', name), join(work, 'root'));
  return true;
};

async function makeBin(work: string): Promise<string> {
  const bin = join(work, 'root/bin');
  await mkdir(bin, { recursive: true });
  return bin;
}
