import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { dataDir, repository } from '#shared/stack/processes/data-dir.ts';

/** A text that is written into a file, after the text that it follows. */
export interface Insertion {
  /** Relative to the repository. */
  readonly file: string;
  readonly after: string;
  readonly text: string;
}

/** @throws Error when the file lacks the text that the insertion follows */
export async function insertedInto(folder: string, { file, after, text }: Insertion): Promise<string> {
  const before = await readFile(join(folder, file), 'utf8');
  if (!before.includes(after)) throw new Error(`${file} has no ${JSON.stringify(after)}: the insertion is out of date`);
  return before.replace(after, () => after + text);
}

/** A copy of the repository in a temporary folder, with the same packages and programs and data of its own. */
export async function copyRepository() {
  const folder = await mkdtemp(join(tmpdir(), 'pizza-copy-'));
  const isSource = (path: string) => !['node_modules', '.git', '.data'].includes(basename(path));
  await cp(repository, folder, { recursive: true, filter: isSource });
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
  await mkdir(join(folder, '.data'));
  await symlink(join(dataDir(), 'programs'), join(folder, '.data/programs'));
  return {
    async write(file: string, text: string): Promise<void> {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    },
    /** @throws Error when a file lacks the text that an insertion follows */
    async insert(insertions: readonly Insertion[]): Promise<void> {
      for (const insertion of insertions)
        await writeFile(join(folder, insertion.file), await insertedInto(folder, insertion));
    },
    /** Node with these arguments; never rejects for its exit code. */
    run: (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
      execa(process.execPath, args, { cwd: folder, env: { NO_COLOR: '1', ...env }, reject: false, all: true }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
