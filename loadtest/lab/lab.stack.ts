import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';

const lab = (...args: string[]) =>
  execa(process.execPath, [join(import.meta.dirname, 'lab.ts'), ...args], { all: true, reject: false });

it.concurrent.each([
  [['patterns', '--only', 'chian'], /^npm run lab failed: --only: there is no pattern chian; choose from choreography/],
  [['patterns', '--parts', 'health'], /Allowed choices are coupling, healthy/],
  [['patterns', '--rounds', '0'], /--rounds <n>' argument '0' is invalid. Give a whole number from 1/],
  [['patterns', '--prometheus', 'http://example.com:9090'], /Give an address of this machine/],
  [['patterns', '--prometheus', 'http://127.0.0.1:1'], /no Prometheus at http:\/\/127.0.0.1:1 takes figures/],
  [
    ['stores', '--only', 'reddis'],
    /^npm run lab failed: --only: there is no store reddis; choose from redis, postgres/,
  ],
  [['stores', '--parts', 'coupling'], /Allowed choices are healthy, struck/],
  [['shops'], /unknown command 'shops'/],
])('%j is refused in a sentence', async (args, says) => {
  const { all, exitCode } = await lab(...args);
  expect(all).toMatch(says);
  expect(all).not.toMatch(/^ {4}at /m);
  expect(exitCode).toBe(1);
});

it.concurrent('helps', async () => {
  const { all, exitCode } = await lab('patterns', '--help');
  expect(all).toMatch(/--quick .*--only .*--seed .*--rounds .*--report .*--prometheus /s);
  expect(exitCode).toBe(0);
});
