import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createEndOfTurn } from './end-of-turn.ts';

test('what is given within one turn runs together at its end, in order', async () => {
  const atEndOfTurn = createEndOfTurn();
  const done: string[] = [];
  atEndOfTurn(() => done.push('a'));
  await Promise.resolve();
  atEndOfTurn(() => done.push('b'));
  expect(done).toEqual([]);
  await nextTurn();
  expect(done).toEqual(['a', 'b']);
});

test('what a task adds runs at the end of the next turn', async () => {
  const atEndOfTurn = createEndOfTurn();
  const done: string[] = [];
  atEndOfTurn(() => {
    done.push('a');
    atEndOfTurn(() => done.push('b'));
  });
  await nextTurn();
  expect(done).toEqual(['a']);
  await nextTurn();
  expect(done).toEqual(['a', 'b']);
});
