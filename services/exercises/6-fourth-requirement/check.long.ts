import { expect, it } from 'vitest';
import { exercise } from './check.ts';
import * as solution from './solution.ts';

it('the solution makes a pizza on real servers that is delivered', async () => {
  expect(await exercise.check(solution)).toEqual([]);
});
