import { colours as pc } from '#shared/stack/colours.ts';
import { drilledAlert, replicas } from './alerts-and-replicas.ts';
import type { Check, Circumstances } from './check.ts';
import { demoOutcomes, outcomes } from './outcomes.ts';
import { panels } from './panels.ts';
import { joinedTrace, orderLogs } from './telemetry.ts';

/** Side by side within a phase: the later ones disturb what the first look at. */
const phases: readonly (readonly Check[])[] = [
  [outcomes, demoOutcomes, panels],
  [joinedTrace, orderLogs],
  [replicas],
  [drilledAlert],
];

export interface CheckResults {
  readonly failed: readonly string[];
  readonly leftOut: readonly string[];
}

/** Runs every check whose services run, and prints what each saw. @throws when `signal` aborts */
export async function runChecks(
  circumstances: Circumstances,
  running: ReadonlySet<string>,
  say: (line: string) => void,
): Promise<CheckResults> {
  const failed: string[] = [];
  const leftOut: string[] = [];
  const runOne = async ({ title, needs, run }: Check) => {
    const without = needs.filter((service) => !running.has(service));
    if (without.length > 0) {
      leftOut.push(`${title}: it needs ${without.join(', ')}`);
      return;
    }
    try {
      const lines = await run(circumstances);
      say([pc.green(`held    ${title}`), ...lines.map((line) => `          ${line}`)].join('\n'));
    } catch (error) {
      circumstances.signal.throwIfAborted();
      failed.push(title);
      say(`${pc.red(`failed  ${title}`)}\n          ${(error as Error).message}`);
    }
  };
  for (const checks of phases) await Promise.all(checks.map(runOne));
  return { failed, leftOut };
}
