import { join } from 'node:path';
import { Command } from 'commander';
import { colours as pc } from '#shared/report/colours.ts';
import { runTool } from '#shared/stack/commands/run-tool.ts';
import { repository } from '#shared/stack/processes/data-dir.ts';
import { wholeNumber } from '../shared/stack/commands/arguments.ts';
import { actions, listFaults, setByHand, signalPart } from './commands/fault.ts';

import { runExperiments } from './commands/run.ts';
import { loadExperiments } from './experiment.ts';
import { gameDay } from './gameday/play.ts';
import { writeResults } from './report/results-table.ts';

const whole = wholeNumber(0);

/**
 * `npm run chaos`: exits 0 when everything passed, 1 when something failed, 2 when nothing failed but something was not
 * run, 130 when stopped.
 */
await runTool(async (signal) => {
  let exitCode = 0;
  const exitWith = (code: number) => {
    exitCode = code;
  };
  const program = new Command('npm run chaos --')
    .description(
      'Breaks the stack on purpose and judges the result: each experiment is a hypothesis, a fault and a verdict.',
    )
    // Subcommands inherit it.
    .exitOverride();
  addExperiments(program, signal, exitWith);
  addFaults(program.command('fault').description('single faults, by hand, on a stack that runs'));
  await program.parseAsync();
  return exitCode;
});

function addExperiments(program: Command, signal: AbortSignal, exitWith: (code: number) => void): void {
  const stack = 'own: a fresh one for each; start: the one of npm start; compose: its containers';
  program.command('list').description('the experiments, each with its hypothesis').action(listExperiments);
  program
    .command('run')
    .description('runs experiments, and writes a report of each')
    .argument('[names...]', 'which ones')
    .option('--all', 'all of them', false)
    .option('--seed <n>', 'selects the orders, and those that a fault affects', whole, 1)
    .option('--report <dir>', 'folder of the reports', join(repository, '.data/chaos'))
    .option('--target <stack>', stack, 'own')
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
    .option('--target <stack>', stack, 'own')
    .action(async (options) => exitWith(await gameDay(options, signal)));
  program
    .command('results')
    .description('writes the table of these reports into chaos/README.md')
    .argument('<dirs...>', 'folders that run wrote reports into')
    .action(writeResults);
}

function addFaults(fault: Command): void {
  const add = (name: string, description = '') =>
    fault
      .command(name)
      .description(description)
      .option('--target <stack>', 'start: the one of npm start; compose: its containers', 'start');
  add('list', 'what there is, and what is set').action(({ target }) => listFaults(target));
  add('set', 'sets these message and dependency faults, instead of what was set')
    .argument('<json>', 'such as [{"fault":"delay","type":"payment.completed","by":"10m","share":0.5}]')
    .action((json, { target }) => setByHand(json, target));
  add('clear', 'sets none').action(({ target }) => setByHand('[]', target));
  for (const action of actions)
    add(action)
      .argument('<part>', 'a service, nats or redis')
      .argument('[replica]', 'which one', whole, 1)
      .action((part, replica, { target }) => signalPart(action, part, replica, target));
}

async function listExperiments(): Promise<void> {
  for (const { name, hypothesis, mustFire = [] } of await loadExperiments()) {
    const alerts = mustFire.map(({ alert }) => alert).join(', ');
    console.log(`${pc.bold(name)}\n  ${hypothesis}\n  ${pc.dim(alerts ? `alerts: ${alerts}` : 'no alert must fire')}`);
  }
}
