import { Command, Option } from 'commander';
import { runTool } from '#shared/stack/commands/run-tool.ts';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import { obtainProgram } from '#shared/stack/programs/programs.ts';
import { wholeNumber } from '../../shared/stack/commands/arguments.ts';
import { describeMachine, machineText } from '../bench/machine.ts';
import { loopbackUrl } from '../run/load-options.ts';
import { acceptsFigures } from '../run/loaded-system.ts';
import { judgeLab } from './lab-verdict.ts';
import { type LabOptions, parts, stepsOf } from './plan.ts';
import { writeLabReport } from './report/lab-report.ts';
import { labText } from './report/lab-text.ts';
import { pushFigures } from './report/push-figures.ts';
import { runSteps } from './steps.ts';
import { openSubjects, subjectNames } from './subjects.ts';

/**
 * `npm run lab -- patterns`: the wirings of the pizza side by side. Exits 1 when a run failed, a pattern broke what it promises, or
 * a claim has no figures; 130 when stopped.
 */

interface Arguments extends LabOptions {
  readonly only?: readonly string[];
  readonly report?: string;
  readonly prometheus?: string;
}

/** Resolves with whether all went well. */
async function comparePatterns({ only, report, prometheus, ...options }: Arguments, signal: AbortSignal) {
  const subjects = await openSubjects(only);
  if (prometheus && !(await acceptsFigures(prometheus)))
    throw new StartFailure(
      `--prometheus: no Prometheus at ${prometheus} takes figures; start one with --web.enable-remote-write-receiver`,
    );
  for (const program of ['nats-server', 'redis-server']) await obtainProgram(program, console.log);
  const machine = await describeMachine();
  console.log(`${machineText(machine)}\n`);
  const outcome = await runSteps(stepsOf(subjects, options, console.log, signal), { say: console.log, signal });
  const patterns = subjects.map(({ pattern }) => pattern);
  const isComplete =
    options.parts.length === parts.length && subjectNames().every((name) => patterns.some((one) => one.name === name));
  const { figures } = outcome;
  const verdict = judgeLab(outcome, patterns, isComplete);
  console.log(labText(figures, verdict));
  for (const failure of verdict.failures) console.error(`failed: ${failure}`);
  const command = `npm run lab -- ${process.argv.slice(2).join(' ')}`;
  if (report) console.log(`\nreport: ${await writeLabReport(report, { command, machine, figures, verdict })}`);
  if (prometheus) await pushFigures(prometheus, figures, Date.now());
  return verdict.failures.length === 0;
}

const whole = wholeNumber(1, 999_999_999);

await runTool(async (signal) => {
  let passed = true;
  const program = new Command('npm run lab --').description('Measures alternatives side by side.').exitOverride();
  program
    .command('patterns')
    .description('The same orders and the same faults through each wiring of services/patterns. Ctrl-C stops all.')
    .option('--quick', 'one short round of everything: under ten minutes', false)
    .option('--only <patterns...>', 'these alone; also orchestration/sequential, orchestration/restate')
    .addOption(new Option('--parts <parts...>', 'what is measured').choices(parts).default([...parts]))
    .option('--seed <n>', 'which orders come, and what faults hit', whole, 1)
    .option('--rounds <n>', 'rounds; each begins with another pattern (default: 3, with --quick 1)', whole)
    .option('--orders <n>', 'orders at saturation (default: 6000, with --quick 1000)', whole)
    .option('--seconds <n>', 'at each of 50, 100 and 200 orders/s (default: 10, with --quick 3)', whole)
    .option('--report <dir>', 'folder for a report: HTML, Markdown with pictures, JSON')
    .option('--prometheus <url>', 'where the figures go as gauges, for the dashboard Lab', loopbackUrl)
    .action(async (options: Arguments) => {
      passed = await comparePatterns(options, signal);
    });
  try {
    await program.parseAsync();
  } finally {
    if (signal.aborted) console.error('Stopped.');
  }
  return passed ? 0 : 1;
}, 'npm run lab failed: ');
