import type { Customers } from '../customers.ts';
import { type Experiment, type Phase, type ProbeName, probes } from '../experiment.ts';
import { type FiredAlert, isThat } from './alert-watch.ts';
import { type Figures, round } from './figures.ts';
import { holds } from './steady-state.ts';

export interface Check {
  readonly name: string;
  readonly passed: boolean;
  /** What was found: figures, or the orders that are wrong. */
  readonly detail: string;
}

export const SHOWN = 3;

/** Passes when nothing was found; names the first of what was. */
export function noneOf(name: string, found: readonly string[], fine = 'none'): Check {
  if (found.length === 0) return { name, passed: true, detail: fine };
  const more = found.length > SHOWN ? '; …' : '';
  return { name, passed: false, detail: `${found.length}: ${found.slice(0, SHOWN).join('; ')}${more}` };
}

/** The intake gave only answers that it may give, and no customer is still asking. */
export const customerCheck = ({ surprises, asking }: Pick<Customers, 'surprises' | 'asking'>): Check =>
  noneOf('customers get no surprise', [
    ...surprises,
    ...(asking > 0 ? [`${asking} customers still ask for their order to be taken`] : []),
  ]);

export const expectationChecks = ({ expect }: Experiment, figures: Readonly<Record<Phase, Figures>>): Check[] =>
  Object.entries(expect).flatMap(([phase, tolerances]) =>
    Object.entries(tolerances).map(([probe, tolerance]): Check => {
      const { orders, asked, [probe as ProbeName]: value } = figures[phase as Phase];
      const seen = probe === 'acceptedAtOnce' ? asked : orders;
      return {
        name: `${phase}: ${probes[probe as ProbeName]}`,
        passed: seen > 0 && holds({ value, tolerance }),
        detail: `${round(value)}, tolerated ${tolerance.join(' to ')} (${seen} orders)`,
      };
    }),
  );

/**
 * An experiment that names dead letters must bring about enough of them, each of a reason that it names; those that have
 * expired since are counted too. For any other experiment the audit allows none.
 */
export function deadLetterChecks({ deadLetters: expected }: Experiment, reasons: readonly string[]): Check[] {
  if (!expected) return [];
  const counts = Object.entries(Object.groupBy(reasons, (reason) => reason));
  return [
    {
      name: `at least ${expected.atLeast} dead letters, each ${expected.reasons.join(' or ')}`,
      passed: reasons.length >= expected.atLeast && reasons.every((reason) => expected.reasons.includes(reason)),
      detail: counts.map(([reason, some = []]) => `${some.length} ${reason}`).join(', ') || 'none',
    },
  ];
}

/** Alerts that must fire did, and cleared; no alert fired that the experiment does not name. */
export function alertChecks({ mustFire = [], mayFire = [] }: Experiment, fired: readonly FiredAlert[]): Check[] {
  const others = fired.filter(
    (alert) => !mayFire.some((name) => name === alert.alert) && !mustFire.some((expected) => isThat(expected, alert)),
  );
  return [
    ...mustFire.map((expected): Check => {
      const found = fired.filter((alert) => isThat(expected, alert));
      const cleared = found.every(({ to }) => to !== undefined);
      return {
        name: `${expected.alert} fires and clears`,
        passed: found.length > 0 && cleared,
        detail: found.length === 0 ? 'it did not fire' : cleared ? describe(found) : 'it still fires',
      };
    }),
    noneOf(
      'no other alert fires',
      others.map(({ alert, labels }) => `${alert} ${Object.values(labels).join(' ')}`.trim()),
      mayFire.length > 0 ? `apart from what belongs to it: ${mayFire.join(', ')}` : 'all quiet',
    ),
  ];
}

const describe = (found: readonly FiredAlert[]): string =>
  found.map(({ from, to = from }) => `fired for ${Math.round((to - from) / 1_000)} s`).join(', ');
