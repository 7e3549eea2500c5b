import { type Experiment, type Phase, probes } from '../experiment.ts';
import type { Check } from './check.ts';
import type { Figures } from './figures.ts';
import { holds } from './steady-state.ts';

/** What the experiment expects of its customers, against what they felt. */
export function expectationChecks({ expect }: Experiment, figures: Readonly<Record<Phase, Figures>>): Check[] {
  return expect.map(({ probe, phase, tolerance }) => {
    const { orders, asked, [probe]: value } = figures[phase];
    const seen = probe === 'acceptedAtOnce' ? asked : orders;
    return {
      name: `${phase}: ${probes[probe]}`,
      passed: seen > 0 && holds({ value, tolerance }),
      detail: `${round(value)}, tolerated ${tolerance[0]} to ${tolerance[1]} (${seen} orders)`,
    };
  });
}

export const round = (value: number): number => Number(value.toPrecision(3));
