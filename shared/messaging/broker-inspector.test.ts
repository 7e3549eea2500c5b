import { expect, it } from 'vitest';
import { askAgainIn } from './broker-inspector.ts';

it('asks as often as wanted where the answer costs nothing, and a share of the time where it does', () => {
  expect(askAgainIn(1, 50)).toBe(50);
  expect(askAgainIn(200, 50)).toBe(1_800);
  expect(askAgainIn(200, 50, 0.02)).toBe(9_800);
});
