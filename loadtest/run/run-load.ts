import { join, relative } from 'node:path';
import { colours as pc } from '#shared/report/colours.ts';
import { writeReport } from '#shared/report/write-report.ts';
import { dataDir, repository } from '#shared/stack/processes/data-dir.ts';
import { describeMachine } from '../bench/machine.ts';
import type { OrderLine } from '../k6/order-line.ts';
import { type Summary, summaryText } from '../k6/summary-text.ts';
import { type LoadReport, sectionsOf } from '../report/load-report.ts';
import { auditLoad } from './audit-load.ts';
import type { LoadOptions } from './load-options.ts';
import { type LoadedSystem, openLoadedSystem } from './loaded-system.ts';
import { markRun } from './mark-run.ts';
import { obtainK6 } from './obtain-k6.ts';
import { OrderRecord, slicesOf } from './order-record.ts';
import { watchProcesses } from './process-use.ts';
import { type K6Run, runK6 } from './run-k6.ts';
import { showProgress } from './show-progress.ts';

/** Loads, waits until every order has ended, audits the system, reports. Resolves with whether the run passed. @throws StartFailure, BadSettings */
export async function runLoad(options: LoadOptions, command: string, signal: AbortSignal): Promise<boolean> {
  const k6 = await obtainK6(console.log);
  await using system = await openLoadedSystem(options, console.log, signal);
  const startedAt = new Date();
  const run = `${options.profile}-${startedAt.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  console.log(pc.dim(`${k6.description} loads ${system.description} at ${system.url}; testid ${run}`));
  const marked = { text: `load: ${command}`, tags: [options.profile, run] };
  await using mark = await markRun(system.grafana, marked, console.log);
  const record = new OrderRecord();
  const k6Run = { k6, options, target: system.url, run, prometheus: system.prometheus, signal };
  const { result, uses } = await load(k6Run, record, system);
  const seconds = (Date.now() - startedAt.getTime()) / 1_000;
  if (signal.aborted) return false;
  console.log(pc.dim('Waiting until every order has ended ...'));
  const verdict = await auditLoad(system, record.accepted(), signal);
  const { summary } = result;
  const thresholdsHeld = options.profile === 'breakpoint' ? hasHeld(summary) : result.passed;
  const passed = thresholdsHeld && system.deaths.length === 0 && verdict.clean !== false;
  await mark.end(passed ? 'passed' : 'failed');
  const report: LoadReport = {
    run,
    profile: options.profile,
    command,
    startedAt: startedAt.toISOString(),
    seconds,
    target: system.description,
    k6: k6.description,
    machine: await describeMachine(),
    summary,
    verdict,
    passed,
  };
  const folder = options.report ?? join(dataDir(), 'reports', run);
  const page = await writeReport(folder, 'report', sectionsOf(report, slicesOf(record), uses), report);
  print(report, relative(repository, page));
  return passed;
}

async function load(run: Omit<K6Run, 'onOrder' | 'onText'>, record: OrderRecord, { processes }: LoadedSystem) {
  const progress = showProgress();
  const watch = watchProcesses(processes);
  const onOrder = (line: OrderLine) => {
    record.add(line);
    progress.add(line);
  };
  try {
    const result = await runK6({ ...run, onOrder, onText: (line) => console.log(pc.yellow(line)) });
    return { result, uses: await watch.stop() };
  } finally {
    progress.stop();
    await watch.stop();
  }
}

/** A breakpoint run is meant to end with a missed SLO: it fails when no step held, or when another threshold was missed. */
const hasHeld = ({ breakpoint, thresholds }: Summary): boolean =>
  breakpoint?.held !== undefined && thresholds.every(({ threshold, ok }) => ok || threshold.includes('step:'));

function print({ summary, verdict, passed }: LoadReport, page: string): void {
  console.log(summaryText(summary));
  const audited = verdict.lines.map((line) => `  ${line}`.trimEnd());
  console.log(['', ...audited, '', `  report          ${page}`].join('\n'));
  console.log(passed ? pc.green('\nPassed.') : pc.red('\nFailed.'));
}
