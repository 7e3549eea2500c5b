import { runExperiment } from '../../../chaos/engine/run-experiment.ts';
import type { ExperimentData } from '../../../chaos/experiment.ts';
import type { Report } from '../../../chaos/report/report.ts';
import { ownStack } from '../../../chaos/target/own-stack.ts';
import type { Finding } from '../exercise.ts';

const SEED = 11;
const acknowledgeFirst = import.meta.resolve('../../../chaos/fixtures/acknowledge-first.ts');

/** Runs the experiment twice, each time on a stack of its own: without the bug it has to pass, with it to fail. */
export async function judgedOnServers(experiment: ExperimentData): Promise<Finding[]> {
  console.error('On a stack of its own, first without the bug, then with it: two minutes.');
  const right = await run(experiment, []);
  if (right.verdict !== 'passed')
    return [
      finding('refuted-without-the-bug', right, {
        message: 'Refuted for services without the bug: its failure says nothing of the bug.',
        expected: 'passed without the bug',
      }),
    ];
  const wrong = await run(experiment, [acknowledgeFirst]);
  if (wrong.verdict === 'failed') return [];
  return [
    finding('bug-survives', wrong, {
      message: 'The hypothesis holds, although the services acknowledge first.',
      expected: 'failed with the bug',
    }),
  ];
}

interface Ran extends Report {
  readonly said: readonly string[];
}

async function run(experiment: ExperimentData, preload: readonly string[]): Promise<Ran> {
  const { signal } = new AbortController();
  const said: string[] = [];
  const report = await runExperiment(
    { name: 'exercise-7', ...experiment },
    {
      seed: SEED,
      signal,
      say: (line) => said.push(line),
      openTarget: (needs) => ownStack({ needs, seed: SEED, signal, preload, monitored: false }),
    },
  );
  return { ...report, said };
}

function finding(
  id: string,
  { verdict, reason, checks, said: timeline }: Ran,
  said: Pick<Finding, 'message' | 'expected'>,
): Finding {
  const failed = checks.filter(({ passed }) => !passed).map(({ name, detail }) => `${name}: ${detail}`);
  return {
    id,
    ...said,
    came: [`${verdict}${reason ? `: ${reason}` : ''}`, ...failed].join('\n'),
    timeline,
  };
}
