import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { createGathering } from './gathering.ts';

afterEach(() => void vi.useRealTimers());

test('what is given within one turn runs together at its end, in order', async () => {
  const { add } = createGathering();
  const done: string[] = [];
  add(() => done.push('a'));
  await Promise.resolve();
  add(() => done.push('b'));
  expect(done).toEqual([]);
  await nextTurn();
  expect(done).toEqual(['a', 'b']);
});

test('what a task adds runs at the end of the next turn', async () => {
  const { add } = createGathering();
  const done: string[] = [];
  add(() => {
    done.push('a');
    add(() => done.push('b'));
  });
  await nextTurn();
  expect(done).toEqual(['a']);
  await nextTurn();
  expect(done).toEqual(['a', 'b']);
});

test('what is given within some time runs together when it is over, or at once when told so, and once', () => {
  vi.useFakeTimers();
  const { add, flush } = createGathering(10);
  const done: string[] = [];
  add(() => done.push('a'));
  vi.advanceTimersByTime(9);
  add(() => done.push('b'));
  expect(done).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(done).toEqual(['a', 'b']);
  add(() => done.push('c'));
  flush();
  expect(done).toEqual(['a', 'b', 'c']);
  vi.advanceTimersByTime(10);
  expect(done).toHaveLength(3);
});
