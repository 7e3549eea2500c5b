import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { checkAnswer } from './check-answer.ts';
import { fileOf } from './exercise.ts';
import { exercises } from './exercises.ts';

const folder = mkdtempSync(join(tmpdir(), 'answer-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [exercise = expect.unreachable('no exercise')] = exercises;
const signal = new AbortController().signal;
let written = 0;

async function cameOf(answer: string, limitMs?: number): Promise<string | undefined> {
  const file = join(folder, `answer-${++written}.mts`);
  writeFileSync(file, answer);
  const [finding] = await checkAnswer(exercise, { answer: pathToFileURL(file), signal, ...(limitMs && { limitMs }) });
  expect(finding?.id).toBe('answer-does-not-run');
  return finding?.came;
}

it('accepts the solution in a process of its own', async () => {
  expect(await checkAnswer(exercise, { answer: fileOf(exercise, 'solution.ts'), signal })).toEqual([]);
});

it('shows the line of an answer that does not compile', async () => {
  expect(await cameOf('export const owners = {;')).toMatch(
    /answer-\d\.mts:1\nexport const owners = \{;\n\s+\^\nSyntaxError/,
  );
});

it('names what an answer does not export', async () => {
  expect(await cameOf('export const owners = {};')).toBe('no export events, saverListensTo');
});

it('shows what an answer throws, also where nobody awaits it', async () => {
  const exported = 'export const events = {}, saverListensTo = [];';
  expect(await cameOf(`${exported} export const owners = null;`)).toContain('TypeError');
  expect(await cameOf(`${exported} export const owners = {}; Promise.reject(new Error('lost')); await 0;`)).toContain(
    'lost',
  );
});

it('gives up an answer that does not end, or ends the process', async () => {
  expect(await cameOf('while (true);', 1_500)).toBe('no result within 1.5 s');
  expect(await cameOf('process.exit(3);')).toBe('exit code 3');
});

it('rejects when it is stopped', async () => {
  const stop = new AbortController();
  const checked = checkAnswer(exercise, { answer: fileOf(exercise, 'solution.ts'), signal: stop.signal });
  stop.abort();
  await expect(checked).rejects.toThrow('abort');
});
