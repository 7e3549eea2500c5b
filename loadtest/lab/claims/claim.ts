import { spreadOf } from '../../bench/percentile.ts';
import { type Figure, figuresOf } from '../figures.ts';

export type Verdict = 'confirmed' | 'refuted' | 'not shown here';

/** One statement of the workshop on a subject, in our own words. */
export interface Claim {
  readonly subject: string;
  readonly is: 'pro' | 'con';
  readonly says: string;
  /** What it is judged by, or why nothing here can judge it. */
  readonly by: Evidence | { readonly nothing: string };
}

/** Figures, the condition on them (with its threshold), and a sentence that says what was found. */
export interface Evidence {
  readonly of: readonly Asked[];
  /** Takes the values of one round, in the order of `of`. */
  readonly holds: (...values: number[]) => boolean;
  /** Takes the medians over the rounds. */
  readonly found: (...medians: number[]) => string;
}

/** One value per round. */
export interface Asked {
  /** Default: the claim's. */
  readonly subject?: string;
  /** A subject stands for several scenarios, of which `take` picks one value. */
  readonly scenario: string | RegExp;
  readonly measure: string;
  readonly take?: 'least' | 'most';
}

export interface Judgement {
  readonly claim: Claim;
  readonly verdict: Verdict;
  readonly why: string;
  /** Figures that it is judged by were not measured. */
  readonly missing?: true;
}

/** Confirmed or refuted only if all rounds say so. A figure that does not belong to a round, as of declarations, belongs to each. */
export function judgeClaim(claim: Claim, figures: readonly Figure[]): Judgement {
  const { by, subject } = claim;
  const as = (verdict: Verdict, why: string): Judgement => ({ claim, verdict, why });
  if ('nothing' in by) return as('not shown here', by.nothing);
  const found = by.of.map((asked) => byRound({ subject, ...asked }, figures));
  const missing = by.of.filter((_, n) => found[n]?.size === 0).map((asked) => nameOf({ subject, ...asked }));
  if (missing.length > 0)
    return { ...as('not shown here', `not measured in this run: ${missing.join(', ')}`), missing: true };
  const why = by.found(...found.map((values) => spreadOf([...values.values()]).median));
  const rounds = [...new Set(found.flatMap((values) => [...values.keys()]))];
  const held = rounds.filter((round) => by.holds(...found.map((values) => valueIn(values, round)))).length;
  if (held === rounds.length) return as('confirmed', why);
  if (held === 0) return as('refuted', why);
  return as('not shown here', `the rounds disagree, ${held} of ${rounds.length} confirm it: ${why}`);
}

type AskedOf = Asked & { readonly subject: string };

function byRound({ subject, scenario, measure, take }: AskedOf, figures: readonly Figure[]): Map<number, number> {
  const asked = figuresOf(figures, { subject, measure }).filter((figure) =>
    scenario instanceof RegExp ? scenario.test(figure.scenario) : scenario === figure.scenario,
  );
  const pick = (values: readonly number[]) => (take === 'most' ? Math.max(...values) : Math.min(...values));
  const rounds = Map.groupBy(asked, ({ round }) => round);
  return new Map([...rounds].map(([round, some]) => [round, pick(some.map(({ value }) => value))]));
}

const valueIn = (values: ReadonlyMap<number, number>, round: number): number =>
  values.get(round) ?? [...values.values()][0] ?? Number.NaN;

const nameOf = ({ subject, scenario, measure }: AskedOf): string =>
  `${measure} of ${subject} (${scenario instanceof RegExp ? 'several scenarios' : scenario})`;
