import { Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '#shared/contracts/duration.ts';
import { runTool } from '#shared/stack/commands/run-tool.ts';
import { obtainProgram } from '#shared/stack/programs/programs.ts';
import { describeSoak } from './describe-soak.ts';
import { type Progress, runSoak } from './run-soak.ts';

/** `npm run soak`: exits 0 when nothing was lost and nothing doubled, 1 otherwise, 130 when stopped. */

interface Arguments {
  readonly orders: number;
  readonly seed: number;
  readonly rate: number;
  readonly faultEvery: number;
  readonly rest?: number;
  readonly json: boolean;
}

const whole =
  (least: number) =>
  (text: string): number => {
    if (/^\d{1,10}$/.test(text) && Number(text) >= least) return Number(text);
    throw new InvalidArgumentError(`Give a whole number from ${least}.`);
  };

function milliseconds(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('Write it like 500ms, 30s or 10m.');
  return ms;
}

/** On a terminal one line that changes, elsewhere a line every 10 s. */
function tell({ phase, accepted, faults, open, seconds }: Progress): void {
  const what = phase === 'orders' ? `${accepted} orders, ${faults} faults` : 'waiting for rest';
  const line = `${Math.round(seconds)} s  ${what}${open.length > 0 ? `, ${phase === 'orders' ? 'down: ' : ''}${open.join(', ')}` : ''}`;
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
  else if (Math.round(seconds) % 10 === 0) process.stderr.write(`${line}\n`);
}

const command = new Command('npm run soak --')
  .description(
    'Sends orders of every kind through a stack of its own while every process, NATS and Redis included, is killed or restarted at random; then waits for rest and audits.',
  )
  .option('--orders <n>', 'orders altogether', whole(1), 2_000)
  .option('--seed <n>', 'selects the orders, and which process fails when', whole(0), 1)
  .option('--rate <n>', 'orders per second at most', whole(1), 200)
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
  const { orders, seed, rate, faultEvery, rest, json } = command.parse().opts<Arguments>();
  for (const program of ['nats-server', 'redis-server']) await obtainProgram(program);
  // After its last rebuild, the process that failed most has nearly all of the orders in its backlog.
  const restWithinMs = rest ?? 300_000 + 20 * orders;
  const limits = { rate, faultEveryMs: faultEvery, restWithinMs };
  const report = await runSoak({ orders, seed, ...limits, onProgress: tell, signal });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  console.log(json ? JSON.stringify(report, null, 2) : describeSoak(report));
  return report.clean ? 0 : 1;
});
