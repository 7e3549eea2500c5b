import type { Pattern } from '#shared/runtime/pattern.ts';
import { type Claim, type Judgement, judgeClaim } from './claims/claim.ts';
import type { Outcome } from './steps.ts';
import { type BrokenPromise, brokenPromises } from './struck/promises.ts';

export interface LabVerdict {
  /** None unless everything was measured. */
  readonly claims: readonly Judgement[];
  /** Broken as the pattern's declaration says: they are shown, and fail nothing. */
  readonly declared: readonly BrokenPromise[];
  /** A sentence for all that makes the lab fail. */
  readonly failures: readonly string[];
}

/** `claimed`: what is judged; none unless everything was measured, so that each claim has its figures. */
export function judgeLab(
  { figures, failures }: Outcome,
  patterns: readonly Pattern[],
  claimed: readonly Claim[],
): LabVerdict {
  const broken = brokenPromises(figures, patterns);
  const claims = claimed.map((claim) => judgeClaim(claim, figures));
  return {
    claims,
    declared: broken.filter(({ declared }) => declared !== undefined),
    failures: [
      ...failures,
      ...broken.filter(({ declared }) => declared === undefined).map(brokenText),
      ...claims.filter(({ missing }) => missing).map(({ claim, why }) => `no verdict on "${claim.says}": ${why}`),
    ],
  };
}

const brokenText = ({ subject, scenario, measure, round, value, says }: BrokenPromise): string =>
  `${subject}, ${scenario}, round ${round}: ${measure} is ${value}, but ${says}`;

/** A sentence per subject and measure. */
export const declaredText = (broken: readonly BrokenPromise[]): string[] =>
  [...Map.groupBy(broken, ({ subject, measure }) => `${subject} ${measure}`).values()].map((some) => {
    const [{ subject, measure, declared } = { subject: '', measure: '', declared: '' }] = some;
    const where = new Set(some.map(({ scenario }) => scenario));
    const most = Math.max(...some.map(({ value }) => value));
    return `As ${subject} declares, ${measure} is up to ${most} (${[...where].join(', ')}): ${declared}`;
  });

/** `34 claims: 20 confirmed, 9 refuted, 5 not shown here` */
export function claimsText(claims: readonly Judgement[]): string {
  const counts = Map.groupBy(claims, ({ verdict }) => verdict);
  const parts = [...counts].map(([verdict, { length }]) => `${length} ${verdict}`);
  return `${claims.length} claims: ${parts.join(', ')}`;
}
