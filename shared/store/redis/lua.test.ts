import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('the scripts have under 100 lines of code together: what an order is and may do is not decided there', () => {
  const folder = new URL('./lua/', import.meta.url);
  const lines = readdirSync(folder).flatMap((file) => readFileSync(new URL(file, folder), 'utf8').split('\n'));
  const code = lines.filter((line) => !/^\s*(--.*)?$/.test(line));
  expect(code.length).toBeGreaterThan(50);
  expect(code.length).toBeLessThan(100);
});
