import { Command, InvalidArgumentError } from 'commander';
import { openFlowEditor, openFlowReader } from '#shared/messaging/jetstream/flow-reader.ts';
import { loadPattern } from '#shared/runtime/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { operatorStores, operatorUrls } from '#shared/stack/access/operator-access.ts';
import { calledAs } from '#shared/stack/commands/arguments.ts';
import { runTool } from '#shared/stack/commands/run-tool.ts';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import { openStores } from '../open-stores.ts';
import type { DeadLetter } from './dead-letter.ts';
import { discardDeadLetter, groupLetters, type LetterFilter, readDeadLetters, selectLetters } from './dead-letters.ts';
import { describeGroups, describeLetter, describeRedriven, textOf } from './describe-letters.ts';
import { type Redriven, redrive } from './redrive.ts';

/** `npm run dlq -- list|show|redrive|discard`: exits 0 on success, 1 otherwise (a refusal included). */

interface Common extends LetterFilter {
  readonly json: boolean;
  readonly nats?: string;
}

interface RedriveArguments extends Common {
  readonly store?: string;
  readonly all: boolean;
  readonly rate: number;
  readonly dryRun: boolean;
}

const pattern = () => loadPattern(readSettings().PATTERN);

const print = (value: unknown) => console.log(JSON.stringify(value, null, 2));

async function lettersAt(url = operatorUrls().NATS_URL): Promise<DeadLetter[]> {
  const { flow } = await pattern();
  await using reader = await openFlowReader({ url, flow });
  return await readDeadLetters(reader, flow);
}

async function list({ nats, json, ...filter }: Common): Promise<number> {
  const letters = await lettersAt(nats);
  const groups = groupLetters(selectLetters(letters, filter));
  const discarded = letters.filter((letter) => letter.discarded);
  if (json) print(groups);
  else console.log(describeGroups(groups, discarded, Date.now()));
  return 0;
}

async function show(id: string, { nats, json }: Common): Promise<number> {
  const letter = named(await lettersAt(nats), id);
  if (json) print({ ...letter, body: textOf(letter.body) });
  else console.log(describeLetter(letter));
  return 0;
}

function named(letters: readonly DeadLetter[], id: string): DeadLetter {
  const letter = letters.find((each) => each.id === id);
  if (!letter) throw new StartFailure(`There is no dead letter ${id}: ${calledAs('dlq')} list names one of each kind.`);
  return letter;
}

async function discard(ids: string[], { nats, json, reason }: Common & { readonly reason: string }): Promise<number> {
  const { flow } = await pattern();
  await using editor = await openFlowEditor({ url: nats ?? operatorUrls().NATS_URL, flow });
  const letters = await readDeadLetters(editor, flow);
  // All are looked up before the first is removed.
  for (const letter of ids.map((id) => named(letters, id))) {
    if (letter.discarded) throw new StartFailure(`${letter.id} was discarded already: ${letter.discarded.reason}`);
    await discardDeadLetter(editor, flow, letter, reason);
    if (!json) console.log(`Discarded: ${letter.id}, ${letter.type} of order ${letter.orderId}: ${reason}`);
  }
  if (json) print({ discarded: ids, reason });
  return 0;
}

async function redriveChosen(ids: string[], given: RedriveArguments, signal: AbortSignal): Promise<number> {
  const { all, rate, dryRun, json, service, type, reason } = given;
  if (ids.length === 0 && !service && !type && !reason && !all)
    throw new StartFailure('Say which: ids, --service, --type, --reason, or --all.');
  const { flow, services } = await pattern();
  await using editor = await openFlowEditor({ url: given.nats ?? operatorUrls().NATS_URL, flow });
  await using stores = await openStores(await operatorStores(given.store));
  const letters = await readDeadLetters(editor, flow);
  const chosen = selectLetters(letters, given, ids);
  if (chosen.length === 0)
    throw new StartFailure(`No dead letter matches: ${calledAs('dlq')} list shows what there is.`);
  const done: Redriven[] = [];
  const options = { flow, editor, services, storeOf: stores.of, chosen, letters, rate, dryRun, signal };
  for await (const redriven of redrive(options)) {
    done.push(redriven);
    if (!json) console.log(describeRedriven(redriven));
  }
  const refused = done.filter(({ outcome }) => outcome === 'refused').length;
  if (json) print(done);
  else console.log(`${done.length - refused} events ${dryRun ? 'would be ' : ''}published again, ${refused} refused.`);
  if (signal.aborted) return 130;
  return refused > 0 ? 1 : 0;
}

function perSecond(text: string): number {
  const rate = Number(text);
  if (rate > 0 && rate <= 10_000) return rate;
  throw new InvalidArgumentError('Write a number of events per second, such as 50.');
}

function nonEmpty(text: string): string {
  if (text.trim() !== '') return text.trim();
  throw new InvalidArgumentError('Say why nothing is to be done about it.');
}

const common = (command: Command): Command =>
  command
    .option('--json', 'print as JSON', false)
    .option('--nats <url>', 'the NATS server (default: NATS_URL, else that of npm start)')
    .allowExcessArguments(false)
    .exitOverride();

const filtered = (command: Command): Command =>
  common(command)
    .option('--service <name>', 'only letters of this service')
    .option('--type <type>', 'only events of this type, such as payment.completed')
    .option('--reason <reason>', 'only letters with this reason');

await runTool(async (signal) => {
  let code = 0;
  const run =
    <Args extends unknown[]>(action: (...args: Args) => Promise<number>) =>
    async (...args: Args) => {
      code = await action(...args);
    };
  const command = new Command(calledAs('dlq'))
    .description('Dead letters: events that a service gave up, the reason, and how to try again.')
    .exitOverride();
  filtered(command.command('list').description('All of them, grouped by service, type and reason.')).action(run(list));
  common(command.command('show').argument('<id>').description('One in full: headers, body, error.')).action(run(show));
  common(command.command('discard').argument('<ids...>'))
    .description(
      'Counts them no longer, and keeps each with the reason until DEAD_LETTER_RETENTION. The audit takes it for explained.',
    )
    .requiredOption('--reason <text>', 'why nothing is to be done about it', nonEmpty)
    .action(run(discard));
  filtered(command.command('redrive').argument('[ids...]'))
    .description('Publishes the events again, and removes their letters once the stream has them.')
    .option('--all', 'all of them', false)
    .option('--rate <n>', 'events per second', perSecond, 50)
    .option('--dry-run', 'only print what would be done', false)
    .option('--store <url>', 'the server of the store that STORE names (default: that of npm start)')
    .addHelpText(
      'after',
      `
An event is published again on its own subject, so every service that reads its type gets it once more. Services that have
processed it drop it as a duplicate, by its CloudEvents id. So the letters of all services for that event are removed
together. An event is refused when its order has ended and a service that reads it has forgotten the order: it would begin
the order again.`,
    )
    .action(run((ids: string[], given: RedriveArguments) => redriveChosen(ids, given, signal)));
  command.addHelpText('after', '\nVariables: see .env.example; a file .env is read.');
  await command.parseAsync();
  return code;
});
