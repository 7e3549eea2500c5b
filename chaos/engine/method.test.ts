import { expect, it } from 'vitest';
import { Rollback } from './method.ts';
import { Timeline } from './timeline.ts';

it('a rollback takes back the last first, each once, and goes on behind what cannot be taken back', async () => {
  const rollback = new Rollback(new Timeline(() => {}));
  const done: string[] = [];
  rollback.add('first', async () => void done.push('first'));
  rollback.add('second', () => Promise.reject(new Error('it is gone')));
  rollback.add('third', async () => void done.push('third'));
  await rollback.run();
  await rollback.run();
  expect(done).toEqual(['third', 'first']);
  expect(rollback.failures).toEqual(['second: it is gone']);
});
