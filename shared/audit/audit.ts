import { setTimeout as delay } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { Unavailable } from '#shared/messaging/faults.ts';
import { loadPattern } from '#shared/runtime/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { operatorStores, operatorUrls } from '#shared/stack/access/operator-access.ts';
import { calledAs, milliseconds } from '#shared/stack/commands/arguments.ts';
import { runTool } from '#shared/stack/commands/run-tool.ts';
import { stackEnvironment } from '#shared/stack/stack-environment.ts';
import { type AuditOptions, audit } from './audit-system.ts';
import { describeLook, describeReport } from './describe-report.ts';
import { type SystemAddress, SystemReader } from './system-reader.ts';

/** `npm run audit`: exits 0 when every invariant holds, 1 when one is violated or the system cannot be read. */

interface Arguments {
  readonly json: boolean;
  readonly watch: boolean;
  readonly every: number;
  readonly wait?: number;
  readonly overdue?: number;
  readonly expectDeadLetters?: string | true;
  readonly nats?: string;
  readonly store?: string;
}

const command = new Command(calledAs('audit'))
  .description(
    'Reads the stream, the gateway’s journal, stock, roster, counters and dead letters of a running system, and checks that nothing is lost or duplicated. It changes nothing.',
  )
  .option('--watch', 'look repeatedly until Ctrl-C: one line per look, the table when the violations change', false)
  .addOption(new Option('--every <duration>', 'with --watch: how often').argParser(milliseconds).default(5_000, '5s'))
  .option(
    '--wait <duration>',
    'wait until nothing is under way; a system that is not at rest by then violates an invariant',
    milliseconds,
  )
  .option(
    '--overdue <duration>',
    'judge an order without an event for this long, whatever is under way (default: 2 x ORDER_TIMEOUT + 1 min)',
    milliseconds,
  )
  .option('--expect-dead-letters [reasons]', 'dead letters are explained: all, or those with these reasons (commas)')
  .option('--json', 'print the report as JSON; with --watch one line each', false)
  .option('--nats <url>', 'the NATS server (default: NATS_URL, else that of npm start)')
  .option('--store <url>', 'the server of the store that STORE names (default: that of npm start)')
  .addHelpText('after', '\nVariables: see .env.example; a file .env is read.')
  .allowExcessArguments(false)
  .exitOverride();

async function main(signal: AbortSignal): Promise<boolean> {
  const given = command.parse().opts<Arguments>();
  const options = { ...(await optionsOf(given)), signal };
  await using reader = await SystemReader.open(options);
  if (given.watch) return await watch(reader, options, given);
  const report = await audit(reader, options);
  console.log(given.json ? JSON.stringify(report, null, 2) : describeReport(report));
  return report.clean;
}

/** Resolves with whether every look was clean. A server that is away is asked again. */
async function watch(reader: SystemReader, options: SystemAddress & AuditOptions, given: Arguments): Promise<boolean> {
  const { signal } = options;
  let clean = true;
  let told: number | undefined;
  for (; !signal?.aborted; await delay(given.every, undefined, { signal }).catch(() => undefined))
    try {
      const report = await audit(reader, options);
      clean &&= report.clean;
      if (given.json) console.log(JSON.stringify(report));
      else console.log(report.violations === told ? describeLook(report) : describeReport(report));
      told = report.violations;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      console.error(`${error.message}: asked again`);
    }
  return clean;
}

async function optionsOf(given: Arguments): Promise<SystemAddress & AuditOptions> {
  const { PATTERN, ORDER_TIMEOUT } = readSettings(stackEnvironment());
  const { expectDeadLetters: expected } = given;
  return {
    flow: (await loadPattern(PATTERN)).flow,
    natsUrl: given.nats ?? operatorUrls().NATS_URL,
    stores: await operatorStores(given.store),
    overdueMs: given.overdue ?? 2 * ORDER_TIMEOUT + 60_000,
    ...(expected && { expectDeadLetters: expected === true ? 'all' : expected.split(',') }),
    ...(given.wait !== undefined && { waitForRest: { withinMs: given.wait } }),
    onWaiting: (owed) => process.stderr.isTTY && process.stderr.write(`\r\x1b[KWaiting: ${owed[0]}`),
  };
}

await runTool(async (signal) => ((await main(signal)) ? 0 : 1));
