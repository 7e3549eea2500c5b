import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Who imports whom: read from the files, for the tests of the architecture and the picture in CONTRIBUTING.md. */

const root = join(import.meta.dirname, '../..');

/** Every TypeScript and JavaScript file, relative to the repository. */
export const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.mjs'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && !file.endsWith('.config.ts'));

const isTest = (file: string) => /\.(test|stack|long|contract|compose)\.ts$|^shared\/testing\/|fixtures\//.test(file);

/** The files that are no test and serve none. */
export const sources = files.filter((file) => !isTest(file));

export const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** What a file imports: paths relative to the repository, and names of packages. */
export const importsOf = (file: string): string[] =>
  [...read(file).matchAll(/(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*'([^']+)'|(?:^|\n)import\s*'([^']+)'/g)].map(
    (match) => {
      const name = match[1] ?? match[2] ?? '';
      if (name.startsWith('.')) return normalize(join(dirname(file), name));
      return name.replace(/^#/, '');
    },
  );

/** From the bottom up: a file imports from its own layer and those before it. */
export const LAYERS: readonly (readonly string[])[] = [
  ['shared/contracts/'],
  ['shared/report/'],
  ['shared/messaging/'],
  ['shared/store/'],
  ['shared/kernel/'],
  ['shared/faults/', 'shared/telemetry/'],
  ['shared/runtime/'],
  ['services/'],
  ['shared/stack/'],
  ['shared/audit/'],
  ['observability/'],
  ['loadtest/'],
  ['chaos/'],
  ['loadtest/lab/'],
  ['services/exercises/'],
];
/** A folder within another one's is the later layer. */
export const layerOf = (file: string) =>
  LAYERS.findLastIndex((folders) => folders.some((folder) => file.startsWith(folder)));

/** A Mermaid flowchart of the folders of the layers; an arrow points to what is imported, also through others. */
export function layersPicture(): string {
  const folders = LAYERS.flat();
  const folderOf = (file: string) => folders.findLast((folder) => file.startsWith(folder));
  const imported = new Map(folders.map((folder) => [folder, new Set<string>()]));
  for (const file of sources)
    for (const target of importsOf(file).map(folderOf)) {
      const from = folderOf(file);
      // Only downward: the few exceptions are listed in architecture.test.ts.
      if (from && target && from !== target && layerOf(target) <= layerOf(from)) imported.get(from)?.add(target);
    }
  const reaches = (from: string, to: string): boolean =>
    [...(imported.get(from) ?? [])].some((next) => next === to || reaches(next, to));
  const nodeOf = (folder: string) => folder.split('/').at(-2);
  const nodes = folders.map((folder) => `  ${nodeOf(folder)}["${folder}"]`);
  const arrows = folders.flatMap((from) => {
    const direct = [...(imported.get(from) ?? [])];
    const needed = direct.filter((to) => !direct.some((other) => other !== to && reaches(other, to)));
    return needed.sort().map((to) => `  ${nodeOf(from)} --> ${nodeOf(to)}`);
  });
  return ['flowchart TD', ...nodes.reverse(), ...arrows.reverse()].join('\n');
}
