import { describe, expect, it } from 'vitest';
import { loadPattern } from '#shared/runtime/pattern.ts';
import { couplingOf } from '../coupling/coupling.ts';
import type { Figure } from '../figures.ts';
import { lengthsOf, scenariosOf } from '../struck/scenarios.ts';
import { struckMeasures } from '../struck/struck-measures.ts';
import { type Asked, type Claim, judgeClaim } from './claim.ts';
import { claims } from './claims.ts';

const pattern = await loadPattern('choreography');
const struck = scenariosOf(pattern, lengthsOf(true)).map(({ name }) => name);

/** Of healthy.ts and staleness.ts. */
const measuredElsewhere = [
  { scenario: 'saturation', measure: 'orders-per-second' },
  { scenario: '100/s', measure: 'p50-ms' },
  { scenario: 'every-event-twice', measure: 'staleness-p50-ms' },
  { scenario: 'every-event-twice', measure: 'staleness-p99-ms' },
];

/** What the claim asks for, with these values in one round. */
function figuresFor({ by, subject: own }: Claim, values: readonly number[], round = 1): Figure[] {
  const asked: readonly Asked[] = 'nothing' in by ? [] : by.of;
  return asked.map(({ subject = own, scenario, measure }, n) => {
    const name = scenario instanceof RegExp ? (struck.find((one) => scenario.test(one)) ?? '') : scenario;
    return { subject, scenario: name, measure, round, value: values[n] ?? Number.NaN };
  });
}

it('every statement of the workshop has one claim', () => {
  const counts = Object.groupBy(claims, (claim) => `${claim.subject} ${claim.is}`);
  expect(Object.fromEntries(Object.entries(counts).map(([kind, some = []]) => [kind, some.length]))).toEqual({
    'orchestration pro': 4,
    'orchestration con': 5,
    // Five of the comparison, four of the pizza's better pattern.
    'choreography pro': 5 + 4,
    'choreography con': 5,
    'aggregator pro': 4,
    'aggregator con': 3,
    'state-transfer pro': 3,
    'state-transfer con': 4,
    'chain con': 4,
  });
  expect(new Set(claims.map((claim) => claim.subject + claim.says)).size).toBe(claims.length);
});

it('every claim has a verdict and a reason, without any figure too', () => {
  const judged = claims.map((claim) => judgeClaim(claim, []));
  expect(judged.map(({ claim }) => claim)).toEqual(claims);
  for (const { claim, verdict, why } of judged) {
    expect(verdict).toBe('not shown here');
    expect(why).toContain('nothing' in claim.by ? claim.by.nothing : 'not measured in this run: ');
  }
});

/** Figures that just confirm a claim, and figures that just refute it. */
type Sides = readonly [confirms: readonly number[], refutes: readonly number[]];
const nobody: Sides = [[0.049], [0.05]];
const most: Sides = [[0.51], [0.5]];
const none: Sides = [[0], [1]];
const some: Sides = [[1], [0]];
const more: Sides = [
  [3, 2],
  [2, 2],
];
const notMore: Sides = [
  [2, 2],
  [3, 2],
];
const noneOfThree: Sides = [
  [0, 0, 0],
  [0, 1, 0],
];

/** In the order of the claims that figures judge. */
const sides: Readonly<Record<string, readonly Sides[]>> = {
  orchestration: [
    [
      [18, 14, 20, 20],
      [18, 17, 20, 20],
    ],
    most,
    noneOfThree,
    nobody,
    [
      [20, 16],
      [19, 16],
    ],
    some,
    [
      [89, 100],
      [91, 100],
    ],
    more,
  ],
  choreography: [
    none,
    [
      [111, 100],
      [109, 100],
    ],
    none,
    none,
    most,
    [[0.5], [0.51]],
    more,
    some,
    more,
    none,
    noneOfThree,
    notMore,
    [
      [1, 0],
      [1, 1],
    ],
  ],
  aggregator: [[[1], [2]], notMore, noneOfThree, more, some],
  'state-transfer': [
    most,
    [
      [0.89, 1],
      [0.91, 1],
    ],
    most,
    some,
    [
      [111, 100],
      [109, 100],
    ],
    some,
    [[51], [50]],
  ],
  chain: [some, some, more, more],
};

describe.each(Object.entries(sides))('the claims on %s', (name, expected) => {
  const judged = claims.filter((claim) => claim.subject === name && !('nothing' in claim.by));

  it('have each a threshold', () => {
    expect(judged.length).toBe(expected.length);
  });

  it.each(judged.map((claim, n) => [claim.says, claim, expected[n] as Sides] as const))(
    '%s',
    (_says, claim, [confirms, refutes]) => {
      const verdictOf = (...rounds: (readonly number[])[]) =>
        judgeClaim(
          claim,
          rounds.flatMap((values, n) => figuresFor(claim, values, n + 1)),
        );
      expect(verdictOf(confirms, confirms).verdict).toBe('confirmed');
      expect(verdictOf(refutes, refutes).verdict).toBe('refuted');
      expect(verdictOf(confirms, refutes, refutes)).toMatchObject({
        verdict: 'not shown here',
        why: expect.stringMatching(/^the rounds disagree, 1 of 3 confirm it: /),
      });
      expect(verdictOf(confirms).why).not.toMatch(/NaN|undefined/);
    },
  );
});

it('a figure of the declarations counts in every round', () => {
  const claim = claims.find(({ by }) => 'of' in by && by.of.length === 1 && by.of[0]?.measure === 'foreign-fields');
  if (!claim) throw new Error('no claim is judged by foreign fields');
  const mixed: Claim = {
    ...claim,
    by: {
      of: [
        { scenario: 'declarations', measure: 'foreign-fields' },
        { scenario: 'saturation', measure: 'orders-per-second' },
      ],
      holds: (fields, orders) => fields === 0 && orders > 1,
      found: () => 'both',
    },
  };
  const [fields, first] = figuresFor(mixed, [0, 2]) as [Figure, Figure];
  expect(judgeClaim(mixed, [fields, first, { ...first, round: 2 }]).verdict).toBe('confirmed');
});

it('asks only for what is measured of that pattern', async () => {
  for (const { by, subject: own } of claims)
    for (const { subject: name = own, scenario, measure } of 'of' in by ? by.of : []) {
      const asked = await loadPattern(name);
      const struckBy = Object.hasOwn(struckMeasures, measure) ? scenariosOf(asked, lengthsOf(true)) : [];
      const measured = [
        ...couplingOf(asked).filter((figure) => figure.measure === measure),
        ...struckBy.map((one) => ({ scenario: one.name })),
        ...measuredElsewhere.filter((one) => one.measure === measure),
      ];
      const found = measured.filter((one) => new RegExp(scenario).test(one.scenario));
      expect(found, `${measure} of ${name} in ${scenario}`).not.toEqual([]);
    }
});
