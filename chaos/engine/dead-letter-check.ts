import type { Experiment } from '../experiment.ts';
import type { Check } from './check.ts';

/**
 * Those that an experiment brings about are as many as it must, each of a reason that it names; also those that were kept
 * for a short time and that no audit sees any more. Without such an experiment: the audit allows none.
 */
export function deadLetterChecks({ deadLetters: expected }: Experiment, reasons: readonly string[]): Check[] {
  if (!expected) return [];
  const counts = Object.entries(Object.groupBy(reasons, (reason) => reason)).map(
    ([reason, some = []]) => `${some.length} ${reason}`,
  );
  return [
    {
      name: `at least ${expected.atLeast} dead letters, each ${expected.reasons.join(' or ')}`,
      passed: reasons.length >= expected.atLeast && reasons.every((reason) => expected.reasons.includes(reason)),
      detail: counts.join(', ') || 'none',
    },
  ];
}
