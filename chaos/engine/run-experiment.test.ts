import { expect, it } from 'vitest';
import { markdownOf } from '#shared/report/write-report.ts';
import { exitCodeOf } from '../commands/run.ts';
import type { Experiment } from '../experiment.ts';
import { sectionsOf } from '../report/experiment-report.ts';
import { NotRunnable } from '../target/target.ts';
import { runExperiment } from './run-experiment.ts';

const experiment: Experiment = {
  name: 'an-experiment',
  hypothesis: 'When nothing is done, nothing happens.',
  teaches: 'Nothing.',
  look: { dashboard: 'order-funnel', panel: 'Funnel' },
  method: [{ fault: 'slow-network', server: 'redis', latency: '1s' }],
  expect: {},
  recoverWithin: '5s',
};
const run = (error: Error, signal = new AbortController().signal) =>
  runExperiment(experiment, { seed: 1, signal, say: () => {}, openTarget: () => Promise.reject(error) });

it('what cannot be injected here is not run, and says why: never passed', async () => {
  const report = await run(new NotRunnable('toxiproxy-server is not on PATH'));
  expect(report).toMatchObject({ verdict: 'not run', reason: 'toxiproxy-server is not on PATH', checks: [] });
  expect(exitCodeOf([report.verdict])).toBe(2);
  expect(markdownOf('', sectionsOf(report))).toContain('nothing is known about the hypothesis');
});

it('what breaks off has failed', async () => {
  const report = await run(new Error('the kitchen does not start again'));
  expect(report.verdict).toBe('failed');
  expect(exitCodeOf(['passed', report.verdict, 'not run'])).toBe(1);
});

it('what the user stops is not run', async () => {
  expect((await run(new Error('aborted'), AbortSignal.abort())).verdict).toBe('not run');
});
