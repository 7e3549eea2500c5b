import { execa } from 'execa';
import type { Obtain } from './programs.ts';

const FORMULAE: Readonly<Record<string, string>> = { 'redis-server': 'redis' };

/** Homebrew: its formulae start no service by themselves. */
export const obtainWithBrew: Obtain = async (name, _folder, say) => {
  const { failed } = await execa('brew', ['--version'], { reject: false });
  if (failed) return undefined;
  const formula = FORMULAE[name] ?? name;
  say(`${name} is not installed: running brew install ${formula}`);
  await execa('brew', ['install', '--quiet', formula]);
  return true;
};
