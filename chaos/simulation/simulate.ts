import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { colours as pc } from '#shared/stack/colours.ts';
import { stopRequest } from '#shared/stack/processes/stop-request.ts';
import { describeTally } from './describe-tally.ts';
import { keepRegressions } from './regressions.ts';
import { replay } from './replay.ts';
import { ORDERS_PER_RUN, type RunSpec, replayCommand } from './run-spec.ts';
import { simulateMany } from './simulate-many.ts';
import { Tally } from './tally.ts';
import type { Verdict } from './verdict.ts';
import { allFaults, type FaultKind, faultKinds } from './weather.ts';

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

const stop = stopRequest(() => process.exit(130));
const PROGRESS_EVERY_MS = process.stderr.isTTY ? 1_000 : 10_000;
const SHOWN = 5;

const whole =
  (least: number) =>
  (text: string): number => {
    if (/^\d{1,10}$/.test(text) && Number(text) >= least) return Number(text);
    throw new InvalidArgumentError(`Give a whole number from ${least}.`);
  };

function kinds(text: string): FaultKind[] {
  const names = text.split(',').filter((name) => name !== '');
  const unknown = names.filter((name) => !Object.hasOwn(faultKinds, name));
  if (unknown.length > 0) throw new InvalidArgumentError(`No fault is called ${unknown}: take some of ${allFaults}.`);
  return names as FaultKind[];
}

const specOf = ({ seed, perRun, only }: Options): RunSpec => ({ seed, orders: perRun, ...(only && { only }) });

async function simulate(options: Options): Promise<void> {
  const { orders, perRun, jobs, keep } = options;
  const runs = Math.ceil(orders / perRun);
  const tally = new Tally();
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  const progress = setInterval(() => tell(tally, runs, seconds()), PROGRESS_EVERY_MS);
  const onVerdict = (verdict: Verdict) => {
    tally.add(verdict);
    if (verdict.violations.length > 0 && tally.failed.length <= SHOWN) console.error(describeFailure(options, verdict));
  };
  try {
    await simulateMany({ first: specOf(options), runs, jobs, onVerdict, signal: stop.signal });
  } finally {
    clearInterval(progress);
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
  console.log(describeTally(tally, seconds()));
  if (keep) await keepRegressions(tally.failed.map((verdict) => regressionOf(options, verdict)));
  if (tally.violations > 0) process.exitCode = 1;
}

const regressionOf = (options: Options, { seed, violations }: Verdict) => ({
  ...specOf({ ...options, seed }),
  found: [...new Set(violations.map(({ invariant }) => invariant))].join('; '),
});

function tell({ runs, orders, violations }: Tally, of: number, seconds: number): void {
  const percent = Math.floor((100 * runs) / of);
  const line = `${percent} %  ${orders.toLocaleString('en')} orders  ${Math.round(orders / seconds)}/s  ${violations} violations`;
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
}

function describeFailure(options: Options, { seed, violations }: Verdict): string {
  const lines = violations
    .slice(0, SHOWN)
    .map(({ invariant, orderId, detail }) => `  ${invariant}: ${orderId ?? 'all'}: ${detail}`);
  return [pc.red(`Seed ${seed}:`), ...lines, `  Replay: ${replayCommand(specOf({ ...options, seed }))}`].join('\n');
}

async function tellReplay(options: Options, seed: number): Promise<void> {
  const { verdict, traces } = await replay(specOf({ ...options, seed }));
  const named = options.order ? [options.order] : verdict.violations.flatMap(({ orderId }) => orderId ?? []);
  for (const orderId of new Set(named))
    console.log([pc.bold(`Order ${orderId}`), ...(traces.get(orderId) ?? ['  is not in this run'])].join('\n'));
  const tally = new Tally();
  tally.add(verdict);
  console.log(describeTally(tally, 1));
  if (verdict.violations.length === 0) return;
  console.error(describeFailure(options, verdict));
  process.exitCode = 1;
}

const command = new Command('npm run simulate --')
  .description(
    'Runs all services on a virtual clock, through faults and crashes that follow from a seed, and checks every invariant.',
  )
  .option('--orders <n>', 'orders altogether', whole(1), 20_000)
  .option('--seed <n>', 'the first seed; each run has the next one', whole(0), 1)
  .option('--per-run <n>', 'orders in one run', whole(1), ORDERS_PER_RUN)
  .option('--jobs <n>', 'threads', whole(1), availableParallelism())
  .option('--only <kinds>', `only these faults, separated by commas: ${allFaults.join(', ')}`, kinds)
  .option('--replay <seed>', 'run one seed again, and tell what happened to the orders that went wrong', whole(0))
  .option('--order <id>', 'with --replay: tell what happened to this order')
  .option('--no-keep', 'do not write failing seeds into the list that the tests run again')
  .addHelpText(
    'after',
    `\nFaults:\n${Object.entries(faultKinds)
      .map(([kind, { meaning }]) => `  ${kind.padEnd(15)}${meaning}`)
      .join('\n')}`,
  );

try {
  const options = command.parse().opts<Options>();
  await (options.replay === undefined ? simulate(options) : tellReplay(options, options.replay));
  if (stop.signal.aborted) process.exitCode = 130;
} finally {
  stop.release();
}
