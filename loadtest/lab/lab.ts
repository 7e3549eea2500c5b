import { Command, Option } from 'commander';
import { readSettings } from '#shared/runtime/settings.ts';
import { runTool } from '#shared/stack/commands/run-tool.ts';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import { obtainProgram } from '#shared/stack/programs/programs.ts';
import { storeProgramsIn } from '#shared/stack/servers/store-servers.ts';
import { wholeNumber } from '../../shared/stack/commands/arguments.ts';
import { describeMachine, machineText } from '../bench/machine.ts';
import { loopbackUrl } from '../run/load-options.ts';
import { acceptsFigures } from '../run/loaded-system.ts';
import type { Comparison } from './comparison.ts';
import { judgeLab } from './lab-verdict.ts';
import { patterns } from './patterns.ts';
import { type LabOptions, stepsOf } from './plan.ts';
import { writeLabReport } from './report/lab-report.ts';
import { labText } from './report/lab-text.ts';
import { pushFigures } from './report/push-figures.ts';
import { runSteps } from './steps.ts';
import { stores } from './stores/stores.ts';
import type { Subject } from './subjects.ts';

/**
 * `npm run lab -- patterns` and `-- stores`: alternatives side by side. Exits 1 when a run failed, a promise was broken, or a claim
 * has no figures; 130 when stopped.
 */

interface Arguments extends LabOptions {
  readonly only?: readonly string[];
  readonly report?: string;
  readonly prometheus?: string;
}

/** Resolves with whether all went well. */
async function compare(
  comparison: Comparison,
  { only, report, prometheus, ...options }: Arguments,
  signal: AbortSignal,
) {
  const { title, peer, claims, parts, gapsOf } = comparison;
  const subjects = await comparison.open(only);
  if (prometheus && !(await acceptsFigures(prometheus)))
    throw new StartFailure(
      `--prometheus: no Prometheus at ${prometheus} takes figures; start one with --web.enable-remote-write-receiver`,
    );
  for (const program of programsOf(subjects)) await obtainProgram(program, console.log);
  const machine = await describeMachine();
  console.log(`${machineText(machine)}\n`);
  const steps = stepsOf(comparison, subjects, options, console.log, signal);
  const outcome = await runSteps(steps, { say: console.log, signal });
  const compared = new Set(subjects.map(({ name }) => name));
  const isComplete = options.parts.length === parts.length && comparison.names().every((name) => compared.has(name));
  const { figures } = outcome;
  const patterns = subjects.map(({ pattern }) => pattern);
  const verdict = judgeLab(outcome, patterns, isComplete ? claims : []);
  const gaps = gapsOf(subjects);
  console.log(labText(figures, verdict, { peer, gaps }));
  for (const failure of verdict.failures) console.error(`failed: ${failure}`);
  const command = `npm run lab -- ${process.argv.slice(2).join(' ')}`;
  const lab = { title, peer, gaps, command, machine, figures, verdict };
  if (report) console.log(`\nreport: ${await writeLabReport(report, lab)}`);
  if (prometheus) await pushFigures(prometheus, figures, Date.now());
  return verdict.failures.length === 0;
}

/** NATS, and the servers of the stores. */
function programsOf(subjects: readonly Subject[]): Set<string> {
  const stores = subjects.flatMap(({ pattern, env }) => storeProgramsIn(pattern, readSettings(env)));
  return new Set(['nats-server', ...stores]);
}

const whole = wholeNumber(1, 999_999_999);

await runTool(async (signal) => {
  let passed = true;
  const program = new Command('npm run lab --').description('Measures alternatives side by side.').exitOverride();
  for (const comparison of [patterns, stores]) {
    const { name, description, only, parts, pushes } = comparison;
    const partNames = parts.map((part) => part.name);
    const command = program
      .command(name)
      .description(description)
      .option('--quick', 'one short round of everything: under ten minutes', false)
      .option(`--only <${name}...>`, only)
      .addOption(new Option('--parts <parts...>', 'what is measured').choices(partNames).default(partNames))
      .option('--seed <n>', 'which orders come, and what faults hit', whole, 1)
      .option('--rounds <n>', `rounds; each begins with another of the ${name} (default: 3, with --quick 1)`, whole)
      .option('--orders <n>', 'orders at saturation (default: 6000, with --quick 1000)', whole)
      .option('--seconds <n>', 'at each of 50, 100 and 200 orders/s (default: 10, with --quick 3)', whole)
      .option('--report <dir>', 'folder for a report: HTML, Markdown with pictures, JSON')
      .action(async (options: Arguments) => {
        passed = await compare(comparison, options, signal);
      });
    if (pushes)
      command.option('--prometheus <url>', 'where the figures go as gauges, for the dashboard Lab', loopbackUrl);
  }
  try {
    await program.parseAsync();
  } finally {
    if (signal.aborted) console.error('Stopped.');
  }
  return passed ? 0 : 1;
}, 'npm run lab failed: ');
