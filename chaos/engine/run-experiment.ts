import { arch, cpus, platform } from 'node:os';
import { BadSettings } from '#shared/runtime/settings.ts';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import { sendAnnotation } from '../../loadtest/run/mark-run.ts';
import type { Experiment } from '../experiment.ts';
import type { Report, Verdict } from '../report/report.ts';
import { type Needs, NotRunnable, type Target } from '../target/target.ts';
import type { Check } from './checks.ts';
import { firstLine, needsOf } from './method.ts';
import { type Observation, observe } from './observe.ts';
import { Timeline } from './timeline.ts';
import { startWatch } from './watch.ts';

export interface RunOptions {
  readonly seed: number;
  readonly openTarget: (needs: Needs) => Promise<Target>;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

const DEFAULT_RATE = 10;

/**
 * Runs one experiment: steady state, injection, observation, rollback (always), steady state, verdict. Never rejects for
 * what the stack did: that is in the report.
 */
export async function runExperiment(experiment: Experiment, options: RunOptions): Promise<Report> {
  const { seed, openTarget, say, signal } = options;
  const { name, hypothesis, teaches, look, rate = DEFAULT_RATE } = experiment;
  const timeline = new Timeline(say);
  let target = '';
  let observation: Partial<Observation> = {};
  const reportOf = (verdict: Verdict, checks: readonly Check[], reason?: string): Report => ({
    experiment: { name, hypothesis, teaches, look },
    verdict,
    ...(reason !== undefined && { reason }),
    seed,
    target,
    machine: `${cpus().length} x ${cpus()[0]?.model.trim() || arch()}, ${platform()}, Node ${process.version}`,
    begun: new Date(timeline.begun).toISOString(),
    seconds: Math.round((Date.now() - timeline.begun) / 1_000),
    timeline: timeline.entries,
    injected: observation.injected ?? {},
    ...(observation.observed && { observed: observation.observed }),
    checks,
  });
  try {
    timeline.add('phase', 'the stack starts');
    await using stack = await openTarget(needsOf(experiment)).catch(asNotRunnable);
    target = stack.name;
    if (experiment.mustFire && stack.prometheusUrl === undefined)
      throw new NotRunnable(`${experiment.mustFire[0]?.alert} must fire, but no Prometheus is there to raise it`);
    await using watch = await startWatch({ target: stack, rate, seed, timeline, signal });
    observation = await observe(experiment, watch);
    const checks = observation.checks ?? [];
    const report = reportOf(checks.every(({ passed }) => passed) ? 'passed' : 'failed', checks);
    if (stack.grafanaUrl && (await annotate(stack.grafanaUrl, report))) timeline.add('note', 'marked in Grafana');
    return report;
  } catch (error) {
    if (signal.aborted) return reportOf('not run', [], 'stopped by the user; what was injected is taken back');
    if (error instanceof NotRunnable) return reportOf('not run', [], error.message);
    const detail =
      error instanceof BadSettings ? error.message.replaceAll(/\s*\n\s*/g, ' ') : firstLine(error as Error);
    return reportOf('failed', [{ name: 'the experiment runs to its end', passed: false, detail }], detail);
  }
}

/** A stack that cannot be started says nothing of the hypothesis. */
function asNotRunnable(error: Error): never {
  throw error instanceof StartFailure ? new NotRunnable(error.message, { cause: error }) : error;
}

/** Marks the run as a region on every dashboard. Resolves with whether Grafana took it: nothing depends on it. */
async function annotate(grafanaUrl: string, { experiment, verdict, observed }: Report): Promise<boolean> {
  if (!observed) return false;
  const { from, to } = observed.spans.during;
  const text = `${experiment.name}: ${verdict}. ${experiment.hypothesis}`;
  const region = { time: from, timeEnd: to, tags: ['chaos', experiment.name], text };
  return (await sendAnnotation(`${grafanaUrl}/api/annotations`, 'POST', region)) !== undefined;
}
