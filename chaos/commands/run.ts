import { pathToFileURL } from 'node:url';
import { colours as pc } from '#shared/report/colours.ts';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import { runExperiment } from '../engine/run-experiment.ts';
import { type Experiment, loadExperiments } from '../experiment.ts';
import { writeExperimentReport } from '../report/experiment-report.ts';
import type { Report, Verdict } from '../report/report.ts';
import { openTarget } from '../target/open-target.ts';
import type { Needs } from '../target/target.ts';

export interface RunCommand {
  readonly all: boolean;
  readonly seed: number;
  readonly report: string;
  readonly target: string;
  /** Paths, from the working directory. */
  readonly preload: readonly string[];
}

const COLOURS = { passed: pc.green, failed: pc.red, 'not run': pc.yellow } as const;

/** Runs one after the other and writes their reports; resolves with the exit code. @throws StartFailure for an unknown name */
export async function runExperiments(
  names: readonly string[],
  { all, seed, report: folder, target, preload }: RunCommand,
  signal: AbortSignal,
): Promise<number> {
  const chosen = choose(await loadExperiments(), names, all);
  const urls = preload.map((file) => pathToFileURL(file).href);
  const open = (needs: Needs) => openTarget(target, { needs, seed, signal, preload: urls });
  const verdicts: [string, Verdict][] = [];
  for (const experiment of chosen) {
    if (signal.aborted) break;
    console.log(`\n${pc.bold(experiment.name)}\n${pc.dim(experiment.hypothesis)}`);
    const report = await runExperiment(experiment, { seed, signal, say: console.log, openTarget: open });
    print(report, await writeExperimentReport(folder, report));
    verdicts.push([experiment.name, report.verdict]);
  }
  if (chosen.length > 1)
    for (const [name, verdict] of verdicts) console.log(`${COLOURS[verdict](verdict.padEnd(8))} ${name}`);
  return signal.aborted ? 130 : exitCodeOf(verdicts.map(([, verdict]) => verdict));
}

/** `not run` never counts as passed. */
export const exitCodeOf = (verdicts: readonly Verdict[]): number =>
  verdicts.includes('failed') ? 1 : verdicts.includes('not run') ? 2 : 0;

function choose(known: readonly Experiment[], names: readonly string[], all: boolean): readonly Experiment[] {
  if (all && names.length === 0) return known;
  const unknown = names.filter((name) => !known.some((experiment) => experiment.name === name));
  if (unknown.length > 0)
    throw new StartFailure(`there is no experiment ${unknown.join(', ')}: npm run chaos -- list names them all`);
  if (names.length === 0 || all) throw new StartFailure('name one or more experiments, or say --all');
  return known.filter(({ name }) => names.includes(name));
}

function print({ verdict, reason, checks, seconds }: Report, file: string): void {
  for (const { name, passed, detail } of checks)
    console.log(`  ${passed ? pc.green('✓') : pc.red('✗')} ${name}: ${pc.dim(detail)}`);
  console.log(`${COLOURS[verdict](pc.bold(verdict))} in ${seconds} s${reason ? `: ${reason}` : ''}  ${pc.dim(file)}`);
}
