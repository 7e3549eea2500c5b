import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('exercise-command.ts', import.meta.url));
const call = (...args: string[]) => execa(process.execPath, [program, ...args], { reject: false });

it.each([
  [['99'], 'there is no exercise 99: give a number from 1 to'],
  [['--hint'], 'of which exercise?'],
  [['1', '--hint', '--watch'], "cannot be used with option '--hint'"],
])('exits with 2 when called in a wrong way: %s', async (args, message) => {
  const { exitCode, stderr } = await call(...args);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(2);
});

it('shows the solution as it is, so that it can be written to a file', async () => {
  const { exitCode, stdout } = await call('1', '--solution');
  expect(stdout).toBe(readFileSync(new URL('1-anti-pattern/solution.ts', import.meta.url), 'utf8').trimEnd());
  expect(exitCode).toBe(0);
});
