import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { sentenceOf } from '#shared/stack/commands/run-tool.ts';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import { stopRequest } from '#shared/stack/processes/stop-request.ts';
import { obtainProgram } from '#shared/stack/programs/programs.ts';
import { wholeNumber } from '../../shared/stack/commands/arguments.ts';
import { inTurn } from './in-turn.ts';
import { describeMachine, machineText } from './machine.ts';
import { type Load, type Measurement, measure } from './measure.ts';
import { type Run, report } from './report.ts';
import { type Comparison, flows, telemetry } from './variants.ts';

/** `npm run bench`: figures side by side, never asserted. Exits 1 when an order was lost or doubled, 130 when stopped. */

interface Options extends Omit<Load, 'pacedSeconds'> {
  readonly rounds: number;
  readonly seconds: number;
  readonly quick?: true;
  readonly only?: readonly string[];
  readonly json?: string;
}

const QUICK = { orders: 1_500, warmUp: 750, rounds: 1, seconds: 2 };
const stop = stopRequest(() => process.exit(130));

/** Runs all variants once per round, each from a fresh start, and prints what came of it. @throws as `measure` does */
async function compare({ variants, peer }: Comparison, options: Options): Promise<void> {
  const { quick, only = [''], json, window, rate } = options;
  const { orders, warmUp, rounds, seconds: pacedSeconds } = quick ? quickened(options) : options;
  const chosen = variants.filter(({ name }) => only.some((part) => name.includes(part)));
  if (chosen.length === 0) throw new StartFailure(`no variant's name contains ${only.join(' or ')}`);
  for (const program of ['nats-server', 'redis-server']) await obtainProgram(program, console.log);
  const machine = await describeMachine();
  console.log(`${machineText(machine)}\n`);
  const load = { orders, warmUp, window, rate, pacedSeconds };
  const runs: Run[] = [];
  for (let round = 1; round <= rounds; round += 1)
    for (const variant of inTurn(chosen, round)) {
      const measurement = await measure(variant, load, stop.signal);
      runs.push({ round, variant: variant.name, measurement });
      console.log(`round ${round}  ${variant.name.padEnd(24)}${progressText(measurement)}`);
    }
  console.log(`\n${report(runs, load, peer)}`);
  if (json) await writeFile(json, `${JSON.stringify({ machine, load, runs }, undefined, 2)}\n`);
}

const quickened = ({ orders, warmUp }: Options) => ({
  ...QUICK,
  orders: Math.min(QUICK.orders, orders),
  warmUp: Math.min(QUICK.warmUp, warmUp),
});

function progressText({ cold, warm, paced, spansPerOrder }: Measurement): string {
  const spans = spansPerOrder === undefined ? '' : `; ${spansPerOrder.toFixed(1)} spans per order received, none lost`;
  return `cold ${cold.ordersPerSecond.toFixed(0)}, warm ${warm.ordersPerSecond.toFixed(0)} orders/s, every order ready once${spans}
    paced: p50 ${paced.p50.toFixed(2)}, p99 ${paced.p99.toFixed(2)} ms`;
}

const whole = wholeNumber(1, 9_999_999);
const program = new Command('bench').description('Figures of this machine, side by side.');
program
  .command('flows', { isDefault: true })
  .description('The choreography direct, over HTTP and with serial consumers, beside the same flow as BullMQ flows.')
  .action((options) => compare(flows, options));
program
  .command('telemetry')
  .description('Orders over HTTP with nothing, with metrics, with all traces, and with a tenth of the orders traced.')
  .action((options) => compare(telemetry, options));
for (const command of program.commands)
  command
    .option('--only <words...>', 'variants whose name contains one of these: direct, HTTP, serial, BullMQ')
    .option('--orders <n>', 'orders at saturation once warm, per variant and round', whole, 6_000)
    .option('--warm-up <n>', 'orders before those; the first 6000 of them are the cold ones', whole, 10_000)
    .option('--rounds <n>', 'rounds; every variant runs once in each', whole, 3)
    .option('--window <n>', 'outstanding orders at saturation', whole, 512)
    .option('--rate <n>', 'orders per second when paced', whole, 200)
    .option('--seconds <n>', 'how long orders are paced', whole, 5)
    .option('--quick', 'one short round: does it run, and roughly how fast')
    .option('--json <file>', 'write the raw results there, too');

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = stop.signal.aborted ? 130 : 1;
  console.error(stop.signal.aborted ? 'Stopped.' : `npm run bench failed: ${sentenceOf(error)}`);
} finally {
  stop.release();
}
