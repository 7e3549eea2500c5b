import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { checkWithoutServers } from './check.ts';

const idsOf = async (file: string): Promise<string[]> =>
  (await checkWithoutServers(await import(new URL(file, import.meta.url).href))).map(({ id }) => id);

it('finds in the start that it says nothing that could be wrong', async () => {
  expect(await idsOf('start.ts')).toContain('experiment-is-incomplete');
});

it('accepts the solution', async () => {
  expect(await idsOf('solution.ts')).toEqual([]);
});

it.each(readdirSync(new URL('wrong/', import.meta.url)))('finds in wrong/%s what its name says', async (file) => {
  expect(await idsOf(`wrong/${file}`)).toEqual([basename(file, '.ts')]);
});
