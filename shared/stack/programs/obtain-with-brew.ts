import { execa } from 'execa';
import type { Obtain } from './obtain.ts';
import { describeWanted } from './wanted-program.ts';

const FORMULAE: Readonly<Record<string, string>> = { 'redis-server': 'redis' };

/** Homebrew: its formulae start no service by themselves. */
export const obtainWithBrew: Obtain = async (wanted, _folder, say) => {
  const { name } = wanted;
  const { failed } = await execa('brew', ['--version'], { reject: false });
  if (failed) return undefined;
  const formula = FORMULAE[name] ?? name;
  say(`${describeWanted(wanted)} is not installed: running brew install ${formula}`);
  await execa('brew', ['install', '--quiet', formula]);
  return true;
};
