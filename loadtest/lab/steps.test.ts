import { expect, it } from 'vitest';
import { inTurn } from '../bench/in-turn.ts';
import { remaining, runSteps, type Step } from './steps.ts';

const figure = { subject: 'chain', scenario: 'saturation', measure: 'orders-per-second', round: 1, value: 1 };
const step = (label: string, run: Step['run'] = async () => [figure]): Step => ({ label, seconds: 10, run });
const { signal } = new AbortController();

it('a step that fails is named, and the others go on', async () => {
  const said: string[] = [];
  const bad = step('round 1, healthy: chain', () => Promise.reject(new Error('no order became ready')));
  const { figures, failures } = await runSteps([step('one'), bad, step('three')], {
    say: (line) => said.push(line),
    signal,
  });
  expect(figures).toEqual([figure, figure]);
  expect(failures).toHaveLength(1);
  expect(failures[0]).toMatch(/^round 1, healthy: chain: .*no order became ready/);
  expect(said.join('\n')).toMatch(
    /^\[1\/3\] one {2}\(30 s left\)\n\[2\/3\] .*chain.*\n {2}failed: .*\n\[3\/3\] three/s,
  );
});

it('a stopped lab begins no further step, and what the stop broke is no failure of a pattern', async () => {
  const stop = new AbortController();
  const begun: string[] = [];
  const broken = step('one', async () => {
    begun.push('one');
    stop.abort();
    throw new Error('stopped');
  });
  const second = step('two', async () => {
    begun.push('two');
    return [];
  });
  await expect(runSteps([broken, second], { say: () => undefined, signal: stop.signal })).rejects.toThrow('aborted');
  expect(begun).toEqual(['one']);
});

it('the estimate of the rest follows what the steps took so far', () => {
  const steps = [{ seconds: 10 }, { seconds: 20 }, { seconds: 30 }];
  expect(remaining(steps, 0, 0)).toBe(60);
  expect(remaining(steps, 1, 20)).toBe(100);
  expect(remaining(steps, 2, 15)).toBe(15);
});

it('each round begins with another pattern', () => {
  expect([1, 2, 3, 4].map((round) => inTurn(['a', 'b', 'c'], round).join(''))).toEqual(['abc', 'bca', 'cab', 'abc']);
});
