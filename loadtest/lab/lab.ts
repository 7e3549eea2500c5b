import { Command, Option } from 'commander';
import { table } from '#shared/report/table.ts';
import { runTool } from '#shared/stack/commands/run-tool.ts';
import { obtainProgram } from '#shared/stack/programs/programs.ts';
import { wholeNumber } from '../../shared/stack/commands/arguments.ts';
import { describeMachine, machineText } from '../bench/machine.ts';
import { tablesOf } from './lab-tables.ts';
import { type LabOptions, parts, stepsOf } from './plan.ts';
import { runSteps } from './steps.ts';
import { openSubjects } from './subjects.ts';

/**
 * `npm run lab -- patterns`: the wirings of the pizza side by side. Exits 0 when every run ended well, 130 when stopped, 1
 * otherwise.
 */

interface Arguments extends LabOptions {
  readonly only?: readonly string[];
}

async function comparePatterns({ only, ...options }: Arguments, signal: AbortSignal): Promise<number> {
  const subjects = await openSubjects(only);
  for (const program of ['nats-server', 'redis-server']) await obtainProgram(program, console.log);
  const machine = await describeMachine();
  console.log(`${machineText(machine)}\n`);
  const { figures, failures } = await runSteps(stepsOf(subjects, options, signal), { say: console.log, signal });
  for (const { title, table: rows } of tablesOf(figures)) {
    const [head = [], ...body] = rows;
    console.log(`\n${title}\n${table(head, body)}`);
  }
  for (const failure of failures) console.error(`failed: ${failure}`);
  return failures.length > 0 ? 1 : 0;
}

const whole = wholeNumber(1, 999_999_999);

await runTool(async (signal) => {
  let exitCode = 0;
  const program = new Command('npm run lab --').description('Measures alternatives side by side.').exitOverride();
  program
    .command('patterns')
    .description('The same orders and the same faults through each wiring of services/patterns. Ctrl-C stops all.')
    .option('--quick', 'one short round of everything: under ten minutes', false)
    .option('--only <patterns...>', 'these alone; also orchestration/sequential')
    .addOption(new Option('--parts <parts...>', 'what is measured').choices(parts).default([...parts]))
    .option('--seed <n>', 'which orders come, and what faults hit', whole, 1)
    .option('--rounds <n>', 'rounds; each begins with another pattern (default: 3, with --quick 1)', whole)
    .option('--orders <n>', 'orders at saturation (default: 6000, with --quick 1200)', whole)
    .option('--seconds <n>', 'at each of 50, 100 and 200 orders/s (default: 10, with --quick 3)', whole)
    .action(async (options: Arguments) => {
      exitCode = await comparePatterns(options, signal);
    });
  await program.parseAsync();
  return exitCode;
}, 'npm run lab failed: ');
