import { sentenceOf } from '#shared/stack/commands/run-tool.ts';
import type { Figure } from './figures.ts';

/** One run of the lab, from a fresh start. */
export interface Step {
  /** `round 1: chain`. */
  readonly label: string;
  /** How long it takes on a usual machine. */
  readonly seconds: number;
  readonly run: () => Promise<readonly Figure[]>;
}

export interface Outcome {
  readonly figures: readonly Figure[];
  /** A sentence for each step that failed; the others went on. */
  readonly failures: readonly string[];
}

/** Runs them one after the other, and says before each how long the rest will take. @throws when stopped */
export async function runSteps(
  steps: readonly Step[],
  { say, signal }: { readonly say: (line: string) => void; readonly signal: AbortSignal },
): Promise<Outcome> {
  const figures: Figure[] = [];
  const failures: string[] = [];
  const startedAt = performance.now();
  for (const [at, { label, run }] of steps.entries()) {
    signal.throwIfAborted();
    const left = remaining(steps, at, (performance.now() - startedAt) / 1_000);
    say(`[${at + 1}/${steps.length}] ${label}  (${timeText(left)} left)`);
    try {
      figures.push(...(await run()));
    } catch (error) {
      signal.throwIfAborted();
      failures.push(`${label}: ${sentenceOf(error)}`);
      say(`  failed: ${sentenceOf(error)}`);
    }
  }
  return { figures, failures };
}

/** Seconds from the step `at` on: the estimates, by how the steps before it compared with theirs. */
export function remaining(steps: readonly Pick<Step, 'seconds'>[], at: number, elapsed: number): number {
  const estimate = (part: readonly Pick<Step, 'seconds'>[]) => part.reduce((sum, { seconds }) => sum + seconds, 0);
  const pace = at === 0 ? 1 : elapsed / estimate(steps.slice(0, at));
  return estimate(steps.slice(at)) * pace;
}

const timeText = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
