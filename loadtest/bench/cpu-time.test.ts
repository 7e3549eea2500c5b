import { expect, it } from 'vitest';
import { cpuPer, ticksOf } from './cpu-time.ts';

it('reads user and system time behind a program name with spaces and brackets', () => {
  const stat = '42 (a (b) c) S 1 42 42 0 -1 4194560 1500 0 0 0 311 22 0 0 20 0 11 0 100 0 0';
  expect(ticksOf(stat)).toBe(333);
});

it('divides what each process used in between, and leaves out one that was not there at first', () => {
  const before = new Map([['kitchen', 1_000]]);
  const after = new Map([
    ['kitchen', 3_000],
    ['late', 500],
  ]);
  expect(cpuPer(100, before, after)).toEqual({ kitchen: 20 });
});
