import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Exercise, fileOf } from './exercise.ts';
import { hintFor } from './exercise-text.ts';
import { exercises } from './exercises.ts';

const findingIds = async (exercise: Exercise, file: string): Promise<string[]> => {
  const answer: unknown = await import(fileOf(exercise, file).href);
  return (await exercise.check(answer)).map(({ id }) => id);
};
const wrongAnswers = (exercise: Exercise) => readdirSync(fileURLToPath(fileOf(exercise, 'wrong/')));

describe.each(exercises.filter(({ onServers }) => !onServers))('exercise $number, $title', (exercise) => {
  it('finds something in the start', async () => {
    expect(await findingIds(exercise, 'start.ts')).not.toEqual([]);
  });

  it('accepts the solution, with less than five seconds of computing', async () => {
    const before = process.cpuUsage();
    expect(await findingIds(exercise, 'solution.ts')).toEqual([]);
    const { user, system } = process.cpuUsage(before);
    expect(user + system).toBeLessThan(5_000_000);
  });

  it.each(wrongAnswers(exercise))('finds in wrong/%s what its name says, and nothing else', async (file) => {
    expect(await findingIds(exercise, `wrong/${file}`)).toEqual([basename(file, '.ts')]);
  });
});

describe.each(exercises)('the folder of exercise $number, $title', (exercise) => {
  it('has its task, at least three wrong answers, and a hint for each', () => {
    expect(existsSync(fileOf(exercise, 'README.md'))).toBe(true);
    expect(wrongAnswers(exercise).length).toBeGreaterThanOrEqual(3);
    const hints = readFileSync(fileOf(exercise, 'hints.md'), 'utf8');
    const ids = wrongAnswers(exercise).map((file) => basename(file, '.ts'));
    expect(ids.filter((id) => !hintFor(hints, id))).toEqual([]);
  });
});
