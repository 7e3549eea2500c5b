import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from '#shared/stack/programs/temporary-folder.ts';
import { gcRecorder } from './gc-pauses.ts';

it('leaves the pauses of a process where its pid tells', async () => {
  const folder = await temporaryFolder('record-gc');
  const preload = gcRecorder(folder.path);
  const script = 'globalThis.gc(); setTimeout(() => console.log(process.pid), 50)';
  const before = Date.now();
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--import', preload, '-e', script]);
  const [{ from, to }] = JSON.parse(await readFile(join(folder.path, `${stdout.trim()}.json`), 'utf8'));
  expect(from).toBeGreaterThan(before - 5);
  expect(to).toBeGreaterThan(from);
  expect(to).toBeLessThan(Date.now() + 5);
  folder.remove();
});
