import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataFolder } from './data-lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pizza-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a folder is held by one process until it is given back', async () => {
  const unlock = await lockDataFolder(join(folder, 'new'));
  await expect(lockDataFolder(join(folder, 'new'))).rejects.toThrow(
    new RegExp(`a stack \\(pid ${process.pid}\\) already runs on`),
  );
  await unlock();
  await (await lockDataFolder(join(folder, 'new')))();
});

test.each(['2147483646', ''])('a lock that a dead process left behind (%j) is taken over', async (left) => {
  await writeFile(join(folder, 'stack.pid'), left);
  const unlock = await lockDataFolder(folder);
  expect(await readFile(join(folder, 'stack.pid'), 'utf8')).toBe(String(process.pid));
  await unlock();
});
