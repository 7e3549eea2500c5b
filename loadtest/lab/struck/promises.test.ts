import { expect, it } from 'vitest';
import { pattern as chain } from '#services/patterns/chain/pattern.ts';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { pattern as stateTransfer } from '#services/patterns/state-transfer/pattern.ts';
import { loadPattern } from '#shared/runtime/pattern.ts';
import { patternNames } from '#shared/runtime/setting-kinds.ts';
import { brokenPromises, promises } from './promises.ts';

const figure = (subject: string, scenario: string, measure: string, value: number) => ({
  subject,
  scenario,
  measure,
  value,
  round: 1,
});
const broken = (...given: Parameters<typeof figure>) => brokenPromises([figure(...given)], [choreography, chain]);

it.each(promises)(
  '$measure breaks a promise as soon as there is one',
  ({ measure, scenario = 'broker-killed', says }) => {
    expect(broken('choreography', scenario, measure, 0)).toEqual([]);
    expect(broken('choreography', scenario, measure, 1)).toMatchObject([
      { measure, scenario, says, declared: undefined },
    ]);
  },
);

it('an overdue order breaks a promise only where somebody is missing for ever', () => {
  expect(broken('choreography', 'broker-killed', 'overdue', 3)).toEqual([]);
});

it('what a pattern declares that it cannot keep is shown with its reason, other losses of it are not excused', () => {
  expect(broken('chain', 'chef-outage', 'overdue', 3)).toMatchObject([
    { subject: 'chain', value: 3, declared: expect.stringContaining('nobody waits for the order') },
  ]);
  expect(broken('chain', 'chef-outage', 'lost', 3)).toMatchObject([{ declared: undefined }]);
});

it('who decides on copies oversells, and leaves no other finding of the audit', () => {
  const found = (measure: string) =>
    brokenPromises([figure('state-transfer', 'chef-outage', measure, 3)], [stateTransfer]);
  expect(found('oversold')).toMatchObject([{ declared: expect.stringContaining('the pizza is made on the copies') }]);
  expect(found('violations')).toMatchObject([{ declared: undefined }]);
});

it('what excuses a broken promise is an outcome that some pattern declares', async () => {
  const declared = (await Promise.all(patternNames().map(loadPattern))).flatMap(({ cannotKeep = {} }) =>
    Object.keys(cannotKeep),
  );
  for (const { outcome } of promises) if (outcome !== undefined) expect(declared).toContain(outcome);
});
