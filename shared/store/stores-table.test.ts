import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { storeKinds } from './store-kinds.ts';

const readme = new URL('README.md', import.meta.url);

/** What each store declares of itself. */
function table(): string {
  const rows = storeKinds.map(
    ({ name, variable, balances, keeps, loses, needs }) =>
      `| [${name}](${name}/) | ${keeps} | ${balances} | ${loses} | ${needs} | \`${variable}\` |`,
  );
  return ['| STORE= | keeps | counters | may lose | needs | where |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

test('shared/store/README.md has the table of what every store keeps, loses and needs, as declared', () => {
  const text = readFileSync(readme, 'utf8');
  const written = text.replace(/(<!-- stores:start[^>]*-->\n)[\s\S]*?(<!-- stores:end -->)/, `$1\n${table()}\n\n$2`);
  if (process.env.UPDATE) writeFileSync(readme, written);
  expect(readFileSync(readme, 'utf8')).toBe(written);
  expect(written).toContain(table());
});

test.each([...storeKinds])('the store $name has a folder of its name', ({ name }) => {
  expect(existsSync(new URL(`./${name}/`, import.meta.url))).toBe(true);
});
