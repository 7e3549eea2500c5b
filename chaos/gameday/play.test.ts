import { expect, it } from 'vitest';
import { sequenceOf } from './play.ts';
import { riddles } from './riddles.ts';

it('a game day hides the same sequence for the same seed, another for another, and no fault twice', () => {
  expect(sequenceOf(7, 4)).toEqual(sequenceOf(7, 4));
  const sequences = Array.from({ length: 20 }, (_, seed) =>
    sequenceOf(seed, 3)
      .map(({ answer }) => answer)
      .join(),
  );
  expect(new Set(sequences).size).toBeGreaterThan(10);
  expect(new Set(sequenceOf(3, 99)).size).toBe(riddles.length);
});

it('no two faults of a game day have the same name', () => {
  expect(new Set(riddles.map(({ answer }) => answer)).size).toBe(riddles.length);
});
