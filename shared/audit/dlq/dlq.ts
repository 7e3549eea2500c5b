import { Command, InvalidArgumentError } from 'commander';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { openFlowEditor, openFlowReader } from '#shared/messaging/jetstream/flow-reader.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { operatorUrls } from '#shared/stack/access/operator-access.ts';
import { runTool } from '#shared/stack/commands/run-tool.ts';
import { loadServices } from '#shared/stack/load-services.ts';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import { stackEnvironment } from '#shared/stack/stack.ts';
import { openStores } from '../open-stores.ts';
import type { DeadLetter } from './dead-letter.ts';
import { describeGroups, describeLetter, describeRedriven, textOf } from './describe-letters.ts';
import { groupLetters, type LetterFilter, selectLetters } from './group-letters.ts';
import { standingOf } from './order-standing.ts';
import { readDeadLetters, removeDeadLetter } from './read-dead-letters.ts';
import { redrive } from './redrive.ts';
import { wouldReopen } from './would-reopen.ts';

/** `npm run dlq -- list|show|redrive`: exits 0 when it did what it was asked for, 1 otherwise (a refusal included). */

interface Common {
  readonly json: boolean;
  readonly nats?: string;
  readonly redis?: string;
}

interface RedriveArguments extends Common, LetterFilter {
  readonly all: boolean;
  readonly rate: number;
  readonly dryRun: boolean;
}

const print = (value: unknown) => console.log(JSON.stringify(value, null, 2));
const plain = (letter: DeadLetter) => ({ ...letter, body: textOf(letter.body) });

async function lettersAt(nats = operatorUrls().nats): Promise<DeadLetter[]> {
  await using reader = await openFlowReader({ url: nats, flow: pizzaFlow });
  return await readDeadLetters(reader, pizzaFlow);
}

async function list({ nats, json, ...filter }: Common & LetterFilter): Promise<number> {
  const letters = await lettersAt(nats);
  const groups = groupLetters(selectLetters(letters, filter));
  if (json) print(groups);
  else console.log(describeGroups(groups, Date.now()));
  return 0;
}

async function show(id: string, { nats, json }: Common): Promise<number> {
  const letters = await lettersAt(nats);
  const letter = letters.find((each) => each.id === id);
  if (!letter) throw new StartFailure(`There is no dead letter ${id}: npm run dlq -- list names one of each kind.`);
  if (json) print(plain(letter));
  else console.log(describeLetter(letter));
  return 0;
}

async function redriveThem(ids: string[], given: RedriveArguments, signal: AbortSignal): Promise<number> {
  const { all, rate, dryRun, json, service, type, reason } = given;
  const urls = operatorUrls();
  const [natsUrl, redisUrl] = [given.nats ?? urls.nats, given.redis ?? urls.redis];
  const filter = {
    ...(ids.length > 0 && { ids }),
    ...(service && { service }),
    ...(type && { type }),
    ...(reason && { reason }),
  };
  if (Object.keys(filter).length === 0 && !all)
    throw new StartFailure('Say which: ids, --service, --type, --reason, or --all.');
  await using editor = await openFlowEditor({ url: natsUrl, flow: pizzaFlow });
  const { PARTITIONS: partitions } = readSettings(stackEnvironment());
  await using stores = openStores({ redisUrl, partitions });
  const services = await loadServices(pizzaFlow);
  const letters = await readDeadLetters(editor, pizzaFlow);
  const chosen = selectLetters(letters, filter);
  if (chosen.length === 0)
    throw new StartFailure('No dead letter is like that: npm run dlq -- list tells what there is.');
  const done = await redrive({
    publish: editor.publish,
    remove: (letter) => removeDeadLetter(editor, pizzaFlow, letter),
    chosen,
    all: letters,
    rate,
    dryRun,
    signal,
    refusal: async (letter) =>
      wouldReopen(letter, await standingOf(letter, { flow: pizzaFlow, services, reader: editor, storeOf: stores.of })),
    onEvent: (event) => json || console.log(describeRedriven(event)),
  });
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

const common = (command: Command): Command =>
  command
    .option('--json', 'print as JSON', false)
    .option('--nats <url>', 'the NATS server (default: NATS_URL, else that of npm start)')
    .allowExcessArguments(false)
    .exitOverride();

const filtered = (command: Command): Command =>
  common(command)
    .option('--service <name>', 'only those that this service gave up')
    .option('--type <type>', 'only events of this type, such as payment.completed')
    .option('--reason <reason>', 'only those given up for this reason');

await runTool(async (signal) => {
  let code = 0;
  const command = new Command('npm run dlq --')
    .description('Dead letters: events that a service gave up, with the reason, and how to try again.')
    .exitOverride();
  filtered(command.command('list').description('What there is, grouped by service, type and reason.')).action(
    async (given: Common & LetterFilter) => {
      code = await list(given);
    },
  );
  common(command.command('show').argument('<id>').description('One whole: headers, body, error.')).action(
    async (id: string, given: Common) => {
      code = await show(id, given);
    },
  );
  filtered(
    command
      .command('redrive')
      .argument('[ids...]')
      .description('Publishes the events again, and takes their letters out of the box once the stream has them.'),
  )
    .option('--all', 'all that there are', false)
    .option('--rate <n>', 'events per second', perSecond, 50)
    .option('--dry-run', 'only say what would be done', false)
    .option('--redis <url>', 'the Redis server (default: REDIS_URL, else that of npm start)')
    .addHelpText(
      'after',
      `
An event is published again on its own subject, so every service that reads its type gets it once more. That does no
harm: those that had processed it recognise it by its CloudEvents id, which stays. Hence its letters of all services are
taken out together. Refused is an event of an order that has ended, when a service that reads it has forgotten the order:
it would begin it again.`,
    )
    .action(async (ids: string[], given: RedriveArguments) => {
      code = await redriveThem(ids, given, signal);
    });
  command.addHelpText('after', '\nVariables: see .env.example; a file .env is read.');
  await command.parseAsync();
  return code;
});
