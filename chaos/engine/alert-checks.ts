import type { Experiment } from '../experiment.ts';
import { type FiredAlert, isThat } from './alert-watch.ts';
import { type Check, noneOf } from './check.ts';

/** Alerts that had to fire and clear did, and none fired that does not belong to what was done. */
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
        detail: found.length === 0 ? 'it did not fire' : cleared ? describe(found) : 'it fires still',
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
