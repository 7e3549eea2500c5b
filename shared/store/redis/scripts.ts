import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const NAMES = ['load', 'commit', 'claim-due', 'oldest', 'counters', 'stock', 'epoch'] as const;

export interface Script {
  readonly name: string;
  readonly text: string;
  /** SHA-1, by which the server knows it. */
  readonly sha: string;
}

export type Scripts = Readonly<Record<(typeof NAMES)[number], Script>>;

/** The store's scripts, each with its prelude. Reads them from beside this file. */
export function readScripts(): Scripts {
  const prelude = readLua('prelude');
  const scripts = NAMES.map((name) => [name, toScript(name, name === 'epoch' ? '' : prelude)] as const);
  return Object.fromEntries(scripts) as Record<(typeof NAMES)[number], Script>;
}

function toScript(name: string, prelude: string): Script {
  const text = `${prelude}${readLua(name)}`;
  return { name, text, sha: createHash('sha1').update(text).digest('hex') };
}

const readLua = (name: string): string => readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');
