import { couplingOf } from './coupling.ts';
import { healthyFigures } from './healthy.ts';
import type { Step } from './steps.ts';
import type { Subject } from './subjects.ts';

/** What the lab measures. */
export const parts = ['coupling', 'healthy'] as const;

export interface LabOptions {
  readonly parts: readonly (typeof parts)[number][];
  readonly quick: boolean;
  readonly seed: number;
  readonly rounds?: number;
  readonly orders?: number;
  readonly seconds?: number;
}

const FULL = { rounds: 3, orders: 6_000, seconds: 10 };
const QUICK = { rounds: 1, orders: 1_200, seconds: 3 };

/** Starting a stack thrice, and stopping it. */
const STARTS_S = 12;
const ORDERS_PER_S = 700;

/** Every run of a comparison, in turn. */
export function stepsOf(subjects: readonly Subject[], options: LabOptions, signal: AbortSignal): Step[] {
  const { rounds, orders, seconds, seed } = { ...(options.quick ? QUICK : FULL), ...options };
  const steps: Step[] = [];
  if (options.parts.includes('coupling'))
    steps.push({
      label: 'coupling, by the declarations',
      seconds: 0.1,
      run: async () => subjects.flatMap(({ pattern }) => couplingOf(pattern)),
    });
  if (options.parts.includes('healthy'))
    for (let round = 1; round <= rounds; round += 1)
      for (const subject of inTurn(subjects, round))
        steps.push({
          label: `round ${round} of ${rounds}, healthy: ${subject.pattern.name}`,
          seconds: STARTS_S + (6 * orders) / ORDERS_PER_S + 3 * seconds,
          run: () => healthyFigures(subject, { orders, seconds, seed, round, signal }),
        });
  return steps;
}

/** Each round begins with another one, so that none always follows the same other. */
export const inTurn = <T>(all: readonly T[], round: number): T[] => {
  const first = (round - 1) % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
};
