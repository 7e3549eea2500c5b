import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const NAMES = [
  'record',
  'load',
  'commit',
  'mark-published',
  'claim-due',
  'due-by',
  'longest-grouped',
  'totals',
  'fill-pools',
  'note-settled',
  'epoch',
] as const;

export interface Script {
  readonly name: string;
  readonly text: string;
  /** SHA-1, by which the server knows it. */
  readonly sha: string;
}

/** The store's scripts, each with what it builds on set before it. Reads them from beside this file. */
export function readScripts(): Readonly<Record<(typeof NAMES)[number], Script>> {
  const entries = NAMES.map((name) => [name, toScript(name, partsOf(name).map(readLua).join('\n'))] as const);
  return Object.fromEntries(entries) as Record<(typeof NAMES)[number], Script>;
}

function partsOf(name: string): string[] {
  if (name === 'epoch') return [name];
  return name === 'commit' ? ['order', 'holds', name] : ['order', name];
}

const readLua = (name: string): string => readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');

const toScript = (name: string, text: string): Script => ({
  name,
  text,
  sha: createHash('sha1').update(text).digest('hex'),
});

/** Removes the keys of one step of a scan, but leases. For operators: services need no permission to list keys. */
export const dropStep: Script = toScript(
  'drop',
  `local found = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', 1000)
   local removed = 0
   for _, key in ipairs(found[2]) do
     if string.sub(key, -6) ~= ':lease' then removed = removed + redis.call('UNLINK', key) end
   end
   return { found[1], removed }`,
);
