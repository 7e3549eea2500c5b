import { expect, it } from 'vitest';
import { inTurn } from './in-turn.ts';

it('begins each round with another one, and leaves none out', () => {
  const rounds = [1, 2, 3, 4].map((round) => inTurn(['a', 'b', 'c'], round).join(''));
  expect(rounds).toEqual(['abc', 'bca', 'cab', 'abc']);
});
