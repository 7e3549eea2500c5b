import { inTurn } from '../bench/in-turn.ts';
import type { Comparison, Load, Part, Run } from './comparison.ts';
import type { Step } from './steps.ts';
import type { Subject } from './subjects.ts';

export interface LabOptions extends Partial<Load> {
  /** Names of parts. */
  readonly parts: readonly string[];
  readonly quick: boolean;
  readonly seed: number;
}

const FULL: Load = { rounds: 3, orders: 6_000, seconds: 10 };
const QUICK: Load = { rounds: 1, orders: 1_000, seconds: 3 };

type Say = (line: string) => void;

/** Every run of a comparison, in turn. */
export function stepsOf(
  { parts: all }: Comparison,
  subjects: readonly Subject[],
  options: LabOptions,
  say: Say,
  signal: AbortSignal,
): Step[] {
  const { quick, seed } = options;
  const run = {
    ...(quick ? QUICK : FULL),
    ...options,
    quick,
    seed,
    signal,
    onProgress: (name: string) => say(`  ${name}`),
  };
  const parts = all.filter(({ name }) => options.parts.includes(name));
  const counted = parts
    .filter(({ seconds }) => !seconds)
    .map((part) => countedOnce(part, subjects, { ...run, round: 1 }));
  const turns = Array.from({ length: run.rounds }, (_, n) => n + 1).flatMap((round) =>
    inTurn(subjects, round).flatMap((subject) => runsOf(subject, parts, { ...run, round })),
  );
  return [...counted, ...turns];
}

const countedOnce = ({ name, measure }: Part, subjects: readonly Subject[], run: Run): Step => ({
  label: `${name}, by the declarations`,
  seconds: 0.1,
  run: async () => (await Promise.all(subjects.map((subject) => measure(subject, run)))).flat(),
});

/** What one subject goes through in a round. */
const runsOf = (subject: Subject, parts: readonly Part[], run: Run): Step[] =>
  parts.flatMap(({ name, seconds, measure }) =>
    seconds
      ? [
          {
            label: `round ${run.round} of ${run.rounds}, ${name}: ${subject.name}`,
            seconds: seconds(run),
            run: () => measure(subject, run),
          },
        ]
      : [],
  );
