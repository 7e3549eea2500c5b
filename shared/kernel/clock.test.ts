import { expect, it } from 'vitest';
import { atMostEvery } from './clock.ts';

it('tells the first of many things at once, and then one after each interval', () => {
  let now = 0;
  const told: number[] = [];
  const tell = atMostEvery(
    5_000,
    () => now,
    (what: number) => told.push(what),
  );
  for (now = 0; now <= 10_000; now += 1_000) tell(now);
  expect(told).toEqual([0, 5_000, 10_000]);
});
