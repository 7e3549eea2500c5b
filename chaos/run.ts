import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import { stopRequest } from '#shared/stack/processes/stop-request.ts';
import { repository } from '#shared/stack/programs/programs.ts';
import { actions, listFaults, setByHand, signalPart } from './commands/fault.ts';
import { gameDay } from './commands/gameday.ts';
import { listExperiments } from './commands/list.ts';
import { writeResults } from './commands/results.ts';
import { runExperiments } from './commands/run.ts';
import { NotRunnable } from './target/target.ts';

/**
 * `npm run chaos`: exits 0 when everything passed, 1 when something failed, 2 when nothing failed but something was not
 * run, 130 when stopped.
 */
const stop = stopRequest(() => process.exit(130));

const envFile = join(repository, '.env');
if (existsSync(envFile)) process.loadEnvFile(envFile);

const whole = (text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 0.');
};

const targetOption = [
  '--target <stack>',
  'own: a fresh one for each; start: the one of npm start; compose: its containers',
  'own',
] as const;

const command = new Command('npm run chaos --').description(
  'Breaks the stack on purpose and judges what becomes of it: each experiment is a hypothesis, a fault and a verdict.',
);
command.command('list').description('the experiments, each with its hypothesis').action(listExperiments);
command
  .command('run')
  .description('runs experiments, and writes a report of each')
  .argument('[names...]', 'which ones')
  .option('--all', 'all of them', false)
  .option('--seed <n>', 'selects the orders, and those that a fault affects', whole, 1)
  .option('--report <dir>', 'folder of the reports', join(repository, '.data/chaos'))
  .option(...targetOption)
  .option(
    '--preload <file...>',
    'modules that every service of an own stack loads first: put a bug in and see it found',
    [],
  )
  .action(async (names: string[], options) => {
    process.exitCode = await runExperiments(names, options, stop.signal);
  });
command
  .command('gameday')
  .description('injects hidden faults under load: name them by what the dashboards show')
  .option('--seed <n>', 'which faults', whole, 1)
  .option('--rounds <n>', 'how many', whole, 3)
  .option('--rate <n>', 'orders per second', whole, 10)
  .option(...targetOption)
  .action(async (options) => {
    process.exitCode = await gameDay(options, stop.signal);
  });
command
  .command('results')
  .description('writes the table of these reports into chaos/README.md')
  .argument('<dirs...>', 'folders that run wrote reports into')
  .action(writeResults);
const fault = command.command('fault').description('single faults, by hand, on a stack that runs');
const running = ['--target <stack>', 'start: the one of npm start; compose: its containers', 'start'] as const;
fault
  .command('list')
  .description('what there is, and what is set')
  .option(...running)
  .action(({ target }) => listFaults(target));
fault
  .command('set')
  .description('sets these message and dependency faults, instead of what was set')
  .argument('<json>', 'such as [{"fault":"delay","type":"payment.completed","by":"10m","share":0.5}]')
  .option(...running)
  .action((json, { target }) => setByHand(json, target));
fault
  .command('clear')
  .description('sets none')
  .option(...running)
  .action(({ target }) => setByHand('[]', target));
for (const action of actions)
  fault
    .command(action)
    .argument('<part>', 'a service, nats or redis')
    .argument('[replica]', 'which one', whole, 1)
    .option(...running)
    .action((part, replica, { target }) => signalPart(action, part, replica, target));
for (const each of [command, ...command.commands, ...fault.commands]) each.exitOverride();

try {
  await command.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 1;
  else if (error instanceof StartFailure || error instanceof NotRunnable) {
    console.error(error.message);
    process.exitCode = 1;
  } else throw error;
} finally {
  stop.release();
}
