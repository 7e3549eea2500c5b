import type { Pattern } from '#shared/runtime/pattern.ts';
import type { Figure } from '../figures.ts';
import type { StruckMeasure } from './struck-measures.ts';

/** What must be zero, whatever strikes. */
interface Promised {
  readonly measure: StruckMeasure;
  /** Default: in every scenario. */
  readonly scenario?: string;
  readonly says: string;
  /** The outcome of pattern.contract.ts that it is: a pattern that cannot keep the one breaks the other. */
  readonly outcome?: string;
}

export const promises: readonly Promised[] = [
  { measure: 'lost', says: 'each accepted order has an outcome' },
  { measure: 'doubled', says: 'each order ends once, is charged once, and gets each contribution once' },
  { measure: 'wrongly-timed-out', says: 'no order times out of which every contribution came, or could have come' },
  { measure: 'unexplained-money', says: 'money is kept for what was sold, and for nothing else' },
  { measure: 'violations', says: 'the audit finds nothing' },
  {
    measure: 'oversold',
    says: 'no pizza is made of which an owner refuses its part',
    outcome: 'a declined card cancels the order, and the owners report what they undid',
  },
  {
    measure: 'overdue',
    scenario: 'chef-outage',
    says: 'an order that misses a contribution ends at its deadline',
    outcome: 'times out without a chef: payment refunded, stock released',
  },
];

export interface BrokenPromise extends Figure {
  readonly says: string;
  /** Why the pattern cannot keep it, as its declaration says; undefined: it should have. */
  readonly declared: string | undefined;
}

/** The figures that break a promise. Those that no pattern declares are a failure of the run. */
export function brokenPromises(figures: readonly Figure[], patterns: readonly Pattern[]): BrokenPromise[] {
  const whyNot = (name: string, { outcome = '' }: Promised) =>
    patterns.find((pattern) => pattern.name === name)?.cannotKeep?.[outcome];
  return promises.flatMap((promised) =>
    figures
      .filter(({ measure, value }) => measure === promised.measure && value > 0)
      .filter(({ scenario }) => scenario === (promised.scenario ?? scenario))
      .map((figure) => ({ ...figure, says: promised.says, declared: whyNot(figure.subject, promised) })),
  );
}
