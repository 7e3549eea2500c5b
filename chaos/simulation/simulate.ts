import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { colours as pc } from '#shared/report/colours.ts';
import { runTool } from '#shared/stack/commands/run-tool.ts';
import { wholeNumber } from '../../shared/stack/commands/arguments.ts';
import { showProgress } from '../progress.ts';
import type { Verdict } from './recording.ts';
import { keepRegressions, ORDERS_PER_RUN, replay, replayCommand } from './run.ts';
import { simulateMany } from './simulate-many.ts';
import { compareSnippets, describeRows, isClean } from './snippets/compare.ts';
import { snippets } from './snippets/snippets.ts';
import { Tally } from './tally.ts';
import type { RunSpec } from './universe.ts';
import { allFaults, type FaultKind, faultKinds, meaningOf } from './world/weather.ts';
import { wrongs } from './wrong-orders.ts';

/** `npm run simulate`: exits 0 when every invariant held, 1 when one was violated, 130 when stopped. */

interface Options {
  readonly orders?: number;
  readonly seed: number;
  readonly perRun: number;
  readonly jobs: number;
  readonly only?: FaultKind[];
  readonly replay?: number;
  readonly order?: string;
  readonly kitchen?: string;
  readonly snippets?: true;
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
  .option('--orders <n>', 'orders altogether (default: 20000, with --snippets 10000 for each)', wholeNumber(1))
  .option('--seed <n>', 'the first seed; each run has the next one', wholeNumber(0), 1)
  .option('--per-run <n>', 'orders in one run', wholeNumber(1), ORDERS_PER_RUN)
  .option('--jobs <n>', 'threads', wholeNumber(1), availableParallelism())
  .option('--only <kinds>', `only these faults, separated by commas: ${allFaults.join(', ')}`, kinds)
  .option('--replay <seed>', 'run one seed again, and show what happened to the orders that went wrong', wholeNumber(0))
  .option('--order <id>', 'with --replay: show what happened to this order')
  .addOption(
    new Option('--kitchen <snippet>', "the workshop's snippet in place of the kitchen").choices(
      snippets.map(({ name }) => name),
    ),
  )
  .option('--snippets', "the workshop's snippets and the kitchen on the same seeds, as a table")
  .option('--no-keep', 'do not write failing seeds into the list that the tests run again')
  .addHelpText('after', `\nFaults:\n${allFaults.map((kind) => `  ${kind.padEnd(15)}${meaningOf(kind)}`).join('\n')}`)
  .addHelpText('after', `\nSnippets:\n${snippets.map(({ name, does }) => `  ${name.padEnd(17)}${does}`).join('\n')}`)
  .exitOverride();

await runTool(async (signal) => {
  const options = command.parse().opts<Options>();
  const { seed, perRun: orders, only, kitchen, replay: replayed } = options;
  const spec = { seed: replayed ?? seed, orders, ...(only && { only }), ...(kitchen !== undefined && { kitchen }) };
  if (options.snippets) return await compare(spec, options, signal);
  const tally = replayed === undefined ? await simulate(spec, options, signal) : await runReplay(spec, options);
  return signal.aborted ? 130 : tally.violations > 0 ? 1 : 0;
});

async function simulate(first: RunSpec, options: Options, signal: AbortSignal): Promise<Tally> {
  const { orders = 20_000, jobs, keep } = options;
  const runs = Math.ceil(orders / first.orders);
  const tally = new Tally();
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  const onVerdict = (verdict: Verdict) => {
    tally.add(verdict);
    if (verdict.violations.length > 0 && tally.failed.length <= SHOWN) printFailure(first, verdict);
  };
  {
    using _progress = showProgress(() => progressOf(tally, runs, seconds()));
    await simulateMany({ first, runs, jobs, onVerdict, signal });
  }
  console.log(tally.describe(seconds()));
  if (keep && first.kitchen === undefined)
    await keepRegressions(tally.failed.map((verdict) => regressionOf(first, verdict)));
  return tally;
}

/** Exits 0 when nothing is wrong with an order of ours. */
async function compare(first: RunSpec, { orders = 10_000, jobs }: Options, signal: AbortSignal): Promise<number> {
  const runs = Math.ceil(orders / first.orders);
  let done = 0;
  const onRun = () => {
    done += 1;
  };
  using progress = showProgress(() => `${done} of ${runs * (snippets.length + 1)} runs`);
  const rows = await compareSnippets({ first, runs, jobs, signal }, onRun);
  progress[Symbol.dispose]();
  if (signal.aborted) return 130;
  console.log(`Of ${(runs * first.orders).toLocaleString('en')} orders each:\n\n${describeRows(rows)}\n`);
  console.log(
    Object.entries(wrongs)
      .map(([wrong, meaning]) => `  ${wrong.padEnd(15)}${meaning}`)
      .join('\n'),
  );
  console.log(`\nReplay: ${replayCommand({ ...first, kitchen: '<name>' }).replace(/\d+/, '<seed>')}`);
  return isClean(rows) ? 0 : 1;
}

async function runReplay(spec: RunSpec, { order }: Options): Promise<Tally> {
  const { verdict, traces } = await replay(spec);
  const named = order
    ? [order]
    : spec.kitchen
      ? smallest(verdict, traces)
      : verdict.violations.flatMap(({ orderId }) => orderId ?? []);
  for (const orderId of new Set(named)) {
    const wrong = Object.entries(verdict.wrong).flatMap(([name, ids]) => (ids.includes(orderId) ? name : []));
    const lines = traces.get(orderId) ?? ['  is not in this run'];
    console.log([`${pc.bold(`Order ${orderId}`)} ${wrong.join(', ')}`.trim(), ...lines].join('\n'));
  }
  const tally = new Tally();
  tally.add(verdict);
  console.log(tally.describe(1));
  if (tally.violations > 0) printFailure(spec, verdict);
  return tally;
}

/** Of the orders with the same thing wrong, the one to which the least happened. */
function smallest({ wrong }: Verdict, traces: ReadonlyMap<string, readonly string[]>): string[] {
  const stepsOf = (orderId: string) => traces.get(orderId)?.length ?? 0;
  return Object.values(wrong).flatMap((ids) => [...ids].sort((a, b) => stepsOf(a) - stepsOf(b)).slice(0, 1));
}

function regressionOf(spec: RunSpec, { seed, violations }: Verdict) {
  const found = [...new Set(violations.map(({ invariant }) => invariant))].join('; ');
  return { ...spec, seed, found };
}

function progressOf({ runs, orders, violations }: Tally, of: number, seconds: number): string {
  const percent = Math.floor((100 * runs) / of);
  return `${percent} %  ${orders.toLocaleString('en')} orders  ${Math.round(orders / seconds)}/s  ${violations} violations`;
}

function printFailure(spec: RunSpec, { seed, violations }: Verdict): void {
  const lines = violations
    .slice(0, SHOWN)
    .map(({ invariant, orderId, detail }) => `  ${invariant}: ${orderId ?? 'all'}: ${detail}`);
  console.error([pc.red(`Seed ${seed}:`), ...lines, `  Replay: ${replayCommand({ ...spec, seed })}`].join('\n'));
}
