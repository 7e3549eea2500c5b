import { expect, it } from 'vitest';
import { exercise } from './check.ts';
import * as solution from './solution.ts';

it('the solution is refuted by the bug, and holds without it', async () => {
  expect(await exercise.check(solution)).toEqual([]);
});
