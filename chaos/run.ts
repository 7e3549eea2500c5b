import { join } from 'node:path';
import { Command } from 'commander';
import { colours as pc } from '#shared/report/colours.ts';
import { runTool } from '#shared/stack/commands/run-tool.ts';
import { repository } from '#shared/stack/processes/data-dir.ts';
import { wholeNumber } from '../shared/stack/commands/arguments.ts';
import { actions, listFaults, setByHand, signalPart } from './commands/fault.ts';
import { gameDay } from './commands/gameday.ts';
import { writeResults } from './commands/results.ts';
import { runExperiments } from './commands/run.ts';
import { loadExperiments } from './experiment.ts';

/**
 * `npm run chaos`: exits 0 when everything passed, 1 when something failed, 2 when nothing failed but something was not
 * run, 130 when stopped.
 */
await runTool(async (signal) => {
  let exitCode = 0;
  const program = chaos(signal, (code) => {
    exitCode = code;
  });
  await program.parseAsync();
  return exitCode;
});

function chaos(signal: AbortSignal, exitWith: (code: number) => void): Command {
  const whole = wholeNumber(0);
  const target = '--target <stack>';
  const anyTarget = [
    target,
    'own: a fresh one for each; start: the one of npm start; compose: its containers',
    'own',
  ] as const;
  const program = new Command('npm run chaos --')
    .description(
      'Breaks the stack on purpose and judges the result: each experiment is a hypothesis, a fault and a verdict.',
    )
    // Subcommands inherit it.
    .exitOverride();
  program.command('list').description('the experiments, each with its hypothesis').action(listExperiments);
  program
    .command('run')
    .description('runs experiments, and writes a report of each')
    .argument('[names...]', 'which ones')
    .option('--all', 'all of them', false)
    .option('--seed <n>', 'selects the orders, and those that a fault affects', whole, 1)
    .option('--report <dir>', 'folder of the reports', join(repository, '.data/chaos'))
    .option(...anyTarget)
    .option(
      '--preload <file...>',
      'modules that every service of an own stack loads first: put a bug in and see it found',
      [],
    )
    .action(async (names: string[], options) => exitWith(await runExperiments(names, options, signal)));
  program
    .command('gameday')
    .description('injects hidden faults under load: name them by what the dashboards show')
    .option('--seed <n>', 'which faults', whole, 1)
    .option('--rounds <n>', 'how many', whole, 3)
    .option('--rate <n>', 'orders per second', whole, 10)
    .option(...anyTarget)
    .action(async (options) => exitWith(await gameDay(options, signal)));
  program
    .command('results')
    .description('writes the table of these reports into chaos/README.md')
    .argument('<dirs...>', 'folders that run wrote reports into')
    .action(writeResults);

  const running = [target, 'start: the one of npm start; compose: its containers', 'start'] as const;
  const fault = program.command('fault').description('single faults, by hand, on a stack that runs');
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
  return program;
}

async function listExperiments(): Promise<void> {
  for (const { name, hypothesis, mustFire = [] } of await loadExperiments()) {
    const alerts = mustFire.map(({ alert }) => alert).join(', ');
    console.log(`${pc.bold(name)}\n  ${hypothesis}\n  ${pc.dim(alerts ? `alerts: ${alerts}` : 'no alert must fire')}`);
  }
}
