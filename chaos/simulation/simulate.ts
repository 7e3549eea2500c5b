import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { colours as pc } from '#shared/report/colours.ts';
import { runTool } from '#shared/stack/commands/run-tool.ts';
import { wholeNumber } from '../../shared/stack/commands/arguments.ts';
import { showProgress } from '../progress.ts';
import { keepRegressions } from './regressions.ts';
import { ORDERS_PER_RUN, replay, replayCommand } from './run.ts';
import { simulateMany } from './simulate-many.ts';
import { Tally } from './tally.ts';
import type { RunSpec } from './universe.ts';
import type { Verdict } from './verdict.ts';
import { allFaults, type FaultKind, faultKinds, meaningOf } from './world/weather.ts';

/** `npm run simulate`: exits 0 when every invariant held, 1 when one was violated, 130 when stopped. */

interface Options {
  readonly orders: number;
  readonly seed: number;
  readonly perRun: number;
  readonly jobs: number;
  readonly only?: FaultKind[];
  readonly replay?: number;
  readonly order?: string;
  readonly keep: boolean;
}

const SHOWN = 5;

function kinds(text: string): FaultKind[] {
  const names = text.split(',').filter((name) => name !== '');
  const unknown = names.filter((name) => !Object.hasOwn(faultKinds, name));
  if (unknown.length > 0) throw new InvalidArgumentError(`No fault is called ${unknown}: take some of ${allFaults}.`);
  return names as FaultKind[];
}

const command = new Command('npm run simulate --')
  .description(
    'Runs all services on a virtual clock, through faults and crashes that follow from a seed, and checks every invariant.',
  )
  .option('--orders <n>', 'orders altogether', wholeNumber(1), 20_000)
  .option('--seed <n>', 'the first seed; each run has the next one', wholeNumber(0), 1)
  .option('--per-run <n>', 'orders in one run', wholeNumber(1), ORDERS_PER_RUN)
  .option('--jobs <n>', 'threads', wholeNumber(1), availableParallelism())
  .option('--only <kinds>', `only these faults, separated by commas: ${allFaults.join(', ')}`, kinds)
  .option('--replay <seed>', 'run one seed again, and show what happened to the orders that went wrong', wholeNumber(0))
  .option('--order <id>', 'with --replay: show what happened to this order')
  .option('--no-keep', 'do not write failing seeds into the list that the tests run again')
  .addHelpText('after', `\nFaults:\n${allFaults.map((kind) => `  ${kind.padEnd(15)}${meaningOf(kind)}`).join('\n')}`)
  .exitOverride();

await runTool(async (signal) => {
  const options = command.parse().opts<Options>();
  const { replay: seed } = options;
  const violations = seed === undefined ? await simulate(options, signal) : await runReplay({ ...options, seed });
  return signal.aborted ? 130 : violations > 0 ? 1 : 0;
});

/** Resolves with the number of violations. */
async function simulate(options: Options, signal: AbortSignal): Promise<number> {
  const { orders, perRun, jobs, keep } = options;
  const runs = Math.ceil(orders / perRun);
  const tally = new Tally();
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  const onVerdict = (verdict: Verdict) => {
    tally.add(verdict);
    if (verdict.violations.length > 0 && tally.failed.length <= SHOWN) printFailure(options, verdict);
  };
  {
    using _progress = showProgress(() => progressOf(tally, runs, seconds()));
    await simulateMany({ first: specOf(options), runs, jobs, onVerdict, signal });
  }
  console.log(tally.describe(seconds()));
  if (keep) await keepRegressions(tally.failed.map((verdict) => regressionOf(options, verdict)));
  return tally.violations;
}

/** Resolves with the number of violations. */
async function runReplay(options: Options): Promise<number> {
  const { verdict, traces } = await replay(specOf(options));
  const named = options.order ? [options.order] : verdict.violations.flatMap(({ orderId }) => orderId ?? []);
  for (const orderId of new Set(named))
    console.log([pc.bold(`Order ${orderId}`), ...(traces.get(orderId) ?? ['  is not in this run'])].join('\n'));
  const tally = new Tally();
  tally.add(verdict);
  console.log(tally.describe(1));
  if (tally.violations > 0) printFailure(options, verdict);
  return tally.violations;
}

function specOf({ seed, perRun, only }: Options): RunSpec {
  return { seed, orders: perRun, ...(only && { only }) };
}

function regressionOf(options: Options, { seed, violations }: Verdict) {
  const found = [...new Set(violations.map(({ invariant }) => invariant))].join('; ');
  return { ...specOf({ ...options, seed }), found };
}

function progressOf({ runs, orders, violations }: Tally, of: number, seconds: number): string {
  const percent = Math.floor((100 * runs) / of);
  return `${percent} %  ${orders.toLocaleString('en')} orders  ${Math.round(orders / seconds)}/s  ${violations} violations`;
}

function printFailure(options: Options, { seed, violations }: Verdict): void {
  const lines = violations
    .slice(0, SHOWN)
    .map(({ invariant, orderId, detail }) => `  ${invariant}: ${orderId ?? 'all'}: ${detail}`);
  const again = `  Replay: ${replayCommand(specOf({ ...options, seed }))}`;
  console.error([pc.red(`Seed ${seed}:`), ...lines, again].join('\n'));
}
