import { Command, InvalidArgumentError } from 'commander';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import { stopRequest } from '#shared/stack/processes/stop-request.ts';
import { obtainProgram } from '#shared/stack/programs/programs.ts';
import { compareFlows } from './compare-flows.ts';
import { compareTelemetry } from './telemetry.ts';

/** `npm run bench`: figures side by side, never asserted. Exits 1 when an order was lost or doubled, 130 when stopped. */

interface FlowOptions {
  readonly orders: number;
  readonly warmUp: number;
  readonly rounds: number;
  readonly window: number;
  readonly rate: number;
  readonly seconds: number;
  readonly quick?: true;
  readonly only?: readonly string[];
  readonly json?: string;
}

const stop = stopRequest(() => process.exit(130));

function whole(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('Give a whole number from 1 to 9999999.');
  return Number(text);
}

const comparing =
  (compare: typeof compareFlows) =>
  async ({ quick, rounds, only, json, window, rate, ...options }: FlowOptions) => {
    for (const program of ['nats-server', 'redis-server']) await obtainProgram(program, console.log);
    const orders = quick ? Math.min(1_500, options.orders) : options.orders;
    const warmUp = quick ? Math.min(750, options.warmUp) : options.warmUp;
    const pacedSeconds = quick ? 2 : options.seconds;
    await compare({
      load: { orders, warmUp, window, rate, pacedSeconds },
      rounds: quick ? 1 : rounds,
      only,
      json,
      signal: stop.signal,
    });
  };

const program = new Command('bench').description('Figures of this machine, side by side.');
const flows = program
  .command('flows', { isDefault: true })
  .description('The choreography direct, over HTTP and with serial consumers, beside the same flow as BullMQ flows.')
  .action(comparing(compareFlows));
const telemetry = program
  .command('telemetry')
  .description(
    'Orders over HTTP with nothing, with metrics, with every span exported, and with a tenth of the orders traced.',
  )
  .action(comparing(compareTelemetry));
flows.option('--only <words...>', 'variants whose name contains one of these: direct, HTTP, serial, BullMQ');
for (const command of [flows, telemetry])
  command
    .option('--orders <n>', 'orders at saturation once warm, per variant and round', whole, 6_000)
    .option('--warm-up <n>', 'orders before those; the first 6000 of them are told apart as cold', whole, 10_000)
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
  const text = error instanceof StartFailure ? error.message : ((error as Error).stack ?? String(error));
  console.error(stop.signal.aborted ? 'Stopped.' : `npm run bench failed: ${text}`);
} finally {
  stop.release();
}
