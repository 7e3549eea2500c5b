import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDotEnv } from './data-dir.ts';

test('a byte order mark does not cost a .env its first variable', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'pizza-env-'));
  const file = join(folder.path, '.env');
  expect(readDotEnv(file)).toEqual({});
  await writeFile(file, '\uFEFFORDER_TIMEOUT=8s\nSEED="7" # lucky\n');
  expect(readDotEnv(file)).toEqual({ ORDER_TIMEOUT: '8s', SEED: '7' });
});
