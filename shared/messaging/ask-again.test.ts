import { expect, it } from 'vitest';
import { askAgainIn } from './ask-again.ts';

it('asks as often as wanted where the answer costs nothing, and a tenth of the time where it does', () => {
  expect(askAgainIn(1, 50)).toBe(50);
  expect(askAgainIn(200, 50)).toBe(1_800);
});
