import { describe, expect, it } from 'vitest';
import { pattern } from '#services/patterns/choreography/pattern.ts';
import { storeKind, storeKinds } from '#shared/store/store-kinds.ts';
import { judgeClaim } from '../claims/claim.ts';
import type { Figure } from '../figures.ts';
import { lengthsOf } from '../struck/scenarios.ts';
import { storeScenarios } from './store-scenarios.ts';
import { stores } from './stores.ts';

const ALL = ['service-killed', 'store-killed', 'store-wiped', 'store-slow', 'last-second-lost'];

describe.each(storeKinds.map(({ name }) => name))('the store %s', (name) => {
  const { scenarios, gaps } = storeScenarios(pattern, storeKind(name), lengthsOf(true));

  it('is struck by everything, or it is said why not', () => {
    const scenario = (one: { scenario: string }) => one.scenario;
    expect([...scenarios.map((one) => one.name), ...gaps.map(scenario)].sort()).toEqual(ALL.toSorted());
    for (const { why } of gaps) expect(why).toMatch(/^(has|shares) /);
  });

  it('has claims on what is measured of it', () => {
    const claims = stores.claims.filter(({ subject }) => subject === name);
    expect(claims.length).toBeGreaterThanOrEqual(3);
    const struck = scenarios.map((one) => one.name);
    for (const { by } of claims)
      for (const { scenario } of 'of' in by ? by.of : [])
        if (scenario instanceof RegExp) expect(struck.some((one) => scenario.test(one))).toBe(true);
        else expect(scenario).toBe('saturation');
  });
});

it('a store in files has no server, no network, and nothing to lose in a power cut', () => {
  const [subject] = storeKinds.filter(({ name }) => name === 'sqlite').map(({ name }) => ({ name, pattern, env: {} }));
  expect(stores.gapsOf(subject ? [subject] : []).map(({ scenario }) => scenario)).toEqual([
    'store-killed',
    'store-slow',
    'last-second-lost',
  ]);
});

it('compares the default with all others, and refuses an unknown one', async () => {
  expect((await stores.open()).map(({ name, env }) => `${name} ${env.STORE}`)).toEqual(
    storeKinds.map(({ name }) => `${name} ${name}`),
  );
  expect(stores.peer).toBe(stores.names()[0]);
  await expect(stores.open(['reddis'])).rejects.toThrow(/^--only: there is no store reddis; choose from redis, /);
});

/** Each claim, figures that just confirm it, and figures that just refute it. */
it.each<[subject: string, says: RegExp, confirms: number[], refutes: number[]]>([
  ['redis', /is killed/, [0, 0, 0], [0, 1, 0]],
  ['redis', /read back/, [0, 0, 19.9], [0, 0, 20]],
  ['redis', /balances/, [0, 10], [1, 10]],
  ['redis', /^Fast/, [0.89, 1], [0.91, 1]],
  ['redis', /infrastructure/, [1], [0]],
  ['redis', /Not durable/, [1], [0]],
  ['postgres', /dependency/, [1], [0]],
  ['sqlite', /no server/, [0], [1]],
])('%s: %s has a threshold', (subject, says, confirms, refutes) => {
  const claim = stores.claims.find((one) => one.subject === subject && says.test(one.says));
  if (!claim || !('of' in claim.by)) throw new Error(`there is no such claim: ${says}`);
  const { of } = claim.by;
  const verdict = (values: readonly number[]) =>
    judgeClaim(
      claim,
      of.map(({ subject: other = subject, scenario, measure }, n): Figure => {
        const named = scenario instanceof RegExp ? (ALL.find((one) => scenario.test(one)) ?? '') : scenario;
        return { subject: other, scenario: named, measure, round: 1, value: values[n] ?? Number.NaN };
      }),
    );
  expect(verdict(confirms).verdict).toBe('confirmed');
  expect(verdict(refutes).verdict).toBe('refuted');
  expect(verdict(confirms).why).not.toMatch(/NaN|undefined/);
});
