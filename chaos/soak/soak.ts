import { Command, Option } from 'commander';
import { describeReport } from '#shared/audit/describe-report.ts';
import { colours as pc } from '#shared/report/colours.ts';
import { table } from '#shared/report/table.ts';
import { runTool } from '#shared/stack/commands/run-tool.ts';
import { milliseconds, wholeNumber } from '../../shared/stack/commands/arguments.ts';
import type { ProcessFault } from './process-faults.ts';
import { runSoak, type SoakReport } from './run-soak.ts';

/** `npm run soak`: exits 0 when nothing was lost and nothing doubled, 1 otherwise, 130 when stopped. */

interface Arguments {
  readonly orders: number;
  readonly seed: number;
  readonly rate: number;
  readonly faultEvery: number;
  readonly rest?: number;
  readonly json: boolean;
}

const command = new Command('npm run soak --')
  .description(
    'Sends orders of every kind through a stack of its own while every process, NATS and Redis included, is killed or restarted at random; then waits for rest and audits.',
  )
  .option('--orders <n>', 'orders altogether', wholeNumber(1), 2_000)
  .option('--seed <n>', 'selects the orders, and which process fails when', wholeNumber(0), 1)
  .option('--rate <n>', 'orders per second at most', wholeNumber(1), 200)
  .addOption(
    new Option('--fault-every <duration>', 'mean time between two faults').argParser(milliseconds).default(3_000, '3s'),
  )
  .option(
    '--rest <duration>',
    'how long it may take to come to rest at the end (default: 5m, and 20 ms for each order)',
    milliseconds,
  )
  .option('--json', 'print the report as JSON', false)
  .allowExcessArguments(false)
  .exitOverride();

await runTool(async (signal) => {
  const { orders, seed, rate, faultEvery: faultEveryMs, rest, json } = command.parse().opts<Arguments>();
  // After its last rebuild, the process that failed most has nearly all of the orders in its backlog.
  const restWithinMs = rest ?? 300_000 + 20 * orders;
  const report = await runSoak({ orders, seed, rate, faultEveryMs, restWithinMs, progress: true, signal });
  console.log(json ? JSON.stringify(report, null, 2) : describe(report));
  return report.clean ? 0 : 1;
});

function describe({ accepted, seconds, restSeconds, faults, answers, problems, audit, clean }: SoakReport): string {
  const byProcess = [...Map.groupBy(faults, ({ name }) => name)].sort(([a], [b]) => (a < b ? -1 : 1));
  const answered = Object.entries(answers).map(
    ([status, count]) => `${status === '0' ? 'nothing' : status} ${number(count)} times`,
  );
  return [
    `${pc.bold(`${number(accepted)} orders`)} accepted in ${number(seconds)} s (${number(accepted / seconds)}/s), at rest and audited ${number(restSeconds)} s later`,
    `The intake answered: ${answered.join(', ')}`,
    '',
    table(['process', 'killed', 'restarted', 'longest recovery'], byProcess.map(rowOf)),
    '',
    describeReport(audit),
    ...problems.map((problem) => pc.red(problem)),
    clean ? pc.green('Nothing is lost and nothing doubled.') : pc.red('The soak failed.'),
  ].join('\n');
}

function rowOf([name, faults]: [string, readonly ProcessFault[]]): string[] {
  const count = (kind: ProcessFault['fault']) => number(faults.filter(({ fault }) => fault === kind).length);
  const longest = Math.max(...faults.map(({ recoveredMs }) => recoveredMs));
  return [name, count('kill'), count('restart'), `${(longest / 1_000).toFixed(1)} s`];
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en');
}
