import { inTurn } from '../bench/in-turn.ts';
import { couplingOf } from './coupling/coupling.ts';
import { healthyFigures } from './healthy.ts';
import type { Step } from './steps.ts';
import { struckFigures } from './struck/struck.ts';
import type { Subject } from './subjects.ts';

/** What the lab measures. */
export const parts = ['coupling', 'healthy', 'struck'] as const;

export interface LabOptions {
  readonly parts: readonly (typeof parts)[number][];
  readonly quick: boolean;
  readonly seed: number;
  readonly rounds?: number;
  readonly orders?: number;
  readonly seconds?: number;
}

const FULL = { rounds: 3, orders: 6_000, seconds: 10 };
const QUICK = { rounds: 1, orders: 1_000, seconds: 3 };

/** Starting a stack thrice, and stopping it. */
const STARTS_S = 12;
const ORDERS_PER_S = 500;
const STRUCK_S = { quick: 75, full: 180 };

type Say = (line: string) => void;

/** Every run of a comparison, in turn. */
export function stepsOf(subjects: readonly Subject[], options: LabOptions, say: Say, signal: AbortSignal): Step[] {
  const { rounds } = loadOf(options);
  const turns = Array.from({ length: rounds }, (_, n) => n + 1).flatMap((round) =>
    inTurn(subjects, round).map((subject) => ({ round, subject })),
  );
  const coupling: Step = {
    label: 'coupling, by the declarations',
    seconds: 0.1,
    run: async () => subjects.flatMap(({ pattern }) => couplingOf(pattern)),
  };
  const measured = turns.flatMap(({ round, subject }) => runsOf(subject, round, options, say, signal));
  return [...(options.parts.includes('coupling') ? [coupling] : []), ...measured];
}

/** What one pattern goes through in a round. */
function runsOf(subject: Subject, round: number, options: LabOptions, say: Say, signal: AbortSignal): Step[] {
  const { rounds, orders, seconds } = loadOf(options);
  const { quick, seed } = options;
  const run = { round, seed, signal };
  const steps = {
    healthy: {
      seconds: STARTS_S + (6 * orders) / ORDERS_PER_S + 3 * seconds,
      run: () => healthyFigures(subject, { ...run, orders, seconds }),
    },
    struck: {
      seconds: quick ? STRUCK_S.quick : STRUCK_S.full,
      run: () => struckFigures(subject, { ...run, quick, onProgress: (name) => say(`  ${name}`) }),
    },
  };
  return Object.entries(steps).flatMap(([part, step]) =>
    options.parts.some((one) => one === part)
      ? [{ label: `round ${round} of ${rounds}, ${part}: ${subject.pattern.name}`, ...step }]
      : [],
  );
}

const loadOf = (options: LabOptions) => ({ ...(options.quick ? QUICK : FULL), ...options });
