import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let clone: string;
beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'pizza-clone-'));
  await mkdir(join(clone, 'shared/stack/commands'), { recursive: true });
  for (const file of ['bootstrap.cjs', 'clean.mjs'])
    await copyFile(join(import.meta.dirname, file), join(clone, 'shared/stack/commands', file));
  await writeFile(join(clone, 'package-lock.json'), '{}');
});
afterEach(() => rm(clone, { recursive: true, force: true }));

async function script(path: string, text: string): Promise<void> {
  await mkdir(join(clone, path, '..'), { recursive: true });
  await writeFile(join(clone, path), `#!/bin/sh\n${text}\n`);
  await chmod(join(clone, path), 0o755);
}
const run = (file: string, args: string[] = [], env: Record<string, string> = {}) =>
  execa(process.execPath, [join(clone, 'shared/stack/commands', file), ...args], {
    env: { PATH: `${join(clone, 'path')}:/usr/bin:/bin`, DATA_DIR: '', ...env },
    reject: false,
    all: true,
  });
const places = (version: string) => `mkdir -p node_modules/.bin
printf '#!/bin/sh\\necho ${version}\\n' > node_modules/.bin/node
chmod +x node_modules/.bin/node
touch node_modules/.package-lock.json`;

describe('bootstrap', () => {
  test('on a new clone it says that it installs, installs from the lock file, and is silent the next time', async () => {
    await script('path/npm', `echo "$@" >> calls; ${places('v24.1.0')}`);
    const first = await run('bootstrap.cjs');
    expect(first.all).toMatch(/^Installing the packages .*npm ci/);
    expect(first.exitCode).toBe(0);
    const second = await run('bootstrap.cjs');
    expect([second.exitCode, second.all]).toEqual([0, '']);
    const { stdout } = await execa('cat', [join(clone, 'calls')]);
    expect(stdout).toMatch(/^ci .*$/);
  });

  test('when package-lock.json is newer than what is installed it installs again', async () => {
    await script('path/npm', places('v24.1.0'));
    await run('bootstrap.cjs');
    const later = new Date(Date.now() + 60_000);
    await utimes(join(clone, 'package-lock.json'), later, later);
    expect((await run('bootstrap.cjs')).all).toMatch(/^Installing/);
  });

  test("when npm fails it shows npm's words and exits 1", async () => {
    await script('path/npm', 'echo "no space left" >&2; exit 7');
    const { exitCode, all } = await run('bootstrap.cjs');
    expect(all).toMatch(/no space left[\s\S]*npm ci failed \(above\)/);
    expect(exitCode).toBe(1);
  });

  test.each([':', '\\'])(
    'in a clone whose path holds "%s" it says what that breaks, and to move the clone',
    async (sign) => {
      const odd = join(clone, `of${sign}mine`);
      await mkdir(odd);
      await execa('cp', ['-r', join(clone, 'shared'), join(clone, 'package-lock.json'), odd]);
      const { exitCode, all } = await execa(process.execPath, [join(odd, 'shared/stack/commands/bootstrap.cjs')], {
        reject: false,
        all: true,
      });
      expect(all.trim()).toBe(
        `The path of this clone, ${odd}, holds a "${sign}", which PATH or tools take for a separator. Move it elsewhere, then run this again.`,
      );
      expect(exitCode).toBe(1);
    },
  );

  test('it leaves alone a node_modules that is a link to another folder', async () => {
    await script('path/npm', 'touch called');
    await mkdir(join(clone, 'other'));
    await symlink(join(clone, 'other'), join(clone, 'node_modules'));
    const { exitCode, all } = await run('bootstrap.cjs');
    expect(all).toMatch(/node_modules is a link .*Remove the link/);
    expect(exitCode).toBe(1);
    expect(existsSync(join(clone, 'called'))).toBe(false);
  });

  test('without npm it says to install it', async () => {
    const { exitCode, all } = await run('bootstrap.cjs', [], { PATH: join(clone, 'nowhere') });
    expect(all).toMatch(/Cannot run npm .*Install npm/);
    expect(exitCode).toBe(1);
  });

  test('when npm placed no program of the project’s Node it says how to mend that', async () => {
    await script('path/npm', places('v20.3.0'));
    const { exitCode, all } = await run('bootstrap.cjs');
    expect(all).toMatch(/runs on Node >= 24, but .*\.bin\/node is v20\.3\.0[\s\S]*npm rebuild node/);
    expect(exitCode).toBe(1);
  });
});

describe('clean', () => {
  const data = async () => {
    for (const name of ['nats', 'redis', 'prometheus', 'logs', 'compile-cache', 'programs', 'mine'])
      await mkdir(join(clone, '.data', name), { recursive: true });
  };
  const left = async () => (await execa('ls', [join(clone, '.data')])).stdout.split('\n');

  test('removes data and logs, keeps the downloaded servers and what is not its own', async () => {
    await data();
    expect((await run('clean.mjs')).exitCode).toBe(0);
    expect(await left()).toEqual(['mine', 'programs']);
  });

  test('removes the downloaded servers too with --all, in the folder that .env names', async () => {
    await data();
    await execa('mv', [join(clone, '.data'), join(clone, 'elsewhere')]);
    await writeFile(join(clone, '.env'), 'DATA_DIR=elsewhere\n');
    await run('clean.mjs', ['--all']);
    expect((await execa('ls', [join(clone, 'elsewhere')])).stdout).toBe('mine');
  });

  test('takes ~ for the home folder, as the stack does, and a .env with a byte order mark', async () => {
    await data();
    await writeFile(join(clone, '.env'), '\uFEFFDATA_DIR=~/.data\n');
    await run('clean.mjs', ['--all'], { HOME: clone });
    expect(await left()).toEqual(['mine']);
  });

  test('removes nothing with --help', async () => {
    await data();
    expect((await run('clean.mjs', ['--help'])).all).toMatch(/^npm run clean: removes the kept data/);
    expect(await left()).toContain('nats');
  });

  test('refuses while a stack runs on the folder', async () => {
    await data();
    await writeFile(join(clone, '.data/stack.pid'), String(process.pid));
    const { exitCode, all } = await run('clean.mjs');
    expect(all).toMatch(new RegExp(`A stack \\(pid ${process.pid}\\) is running on .*Stop it first`));
    expect(exitCode).toBe(1);
    expect(await left()).toContain('nats');
  });
});
