import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generatedFiles } from './generate.ts';

test.each([...generatedFiles()])('%s is what npm run dashboards writes', (path, text) => {
  const committed = readFileSync(path, 'utf8');
  // The formatter lays out JSON in its own way.
  if (path.endsWith('.json')) expect(JSON.parse(committed)).toEqual(JSON.parse(text));
  else expect(committed).toBe(text);
});

test('no dashboard and no rule file is left over', async () => {
  const expected = new Set(generatedFiles().keys());
  for (const [folder, end] of [
    ['dashboards', '.json'],
    ['prometheus/rules', '.yml'],
  ] as const) {
    const dir = join(import.meta.dirname, folder);
    const files = (await readdir(dir)).filter((file) => file.endsWith(end));
    expect(files.filter((file) => !expected.has(join(dir, file)))).toEqual([]);
  }
});
