import { expect, it } from 'vitest';
import { loadPattern } from '#shared/runtime/pattern.ts';
import { claims } from './claims/claims.ts';
import type { Figure } from './figures.ts';
import { claimsText, declaredText, judgeLab } from './lab-verdict.ts';
import { labText } from './report/lab-text.ts';

const chain = await loadPattern('chain');
const figure = (measure: string, value: number, scenario = 'chef-outage'): Figure => {
  return { subject: 'chain', scenario, measure, round: 1, value };
};
const judged = (figures: readonly Figure[], isComplete = false) =>
  judgeLab({ figures, failures: ['healthy: chain: a bug'] }, [chain], isComplete ? claims : []);

it('fails for a promise that the pattern should have kept, with pattern and scenario', () => {
  const { failures, declared } = judged([figure('lost', 2), figure('doubled', 0)]);
  expect(failures).toEqual([
    'healthy: chain: a bug',
    'chain, chef-outage, round 1: lost is 2, but each accepted order has an outcome',
  ]);
  expect(declared).toEqual([]);
});

it('shows a promise that the pattern says it cannot keep, and fails not for it', () => {
  const { failures, declared } = judged([figure('overdue', 5)]);
  expect(failures).toEqual(['healthy: chain: a bug']);
  expect(declared).toMatchObject([{ measure: 'overdue', declared: expect.stringContaining('nobody waits') }]);
});

it('says once per measure what is broken as declared', () => {
  const { declared } = judged([figure('overdue', 5), { ...figure('overdue', 7), round: 2 }]);
  expect(declaredText(declared)).toEqual([
    expect.stringMatching(/^As chain declares, overdue is up to 7 \(chef-outage\): nobody waits/),
  ]);
});

it('judges claims only when everything was measured, and fails for one without figures', () => {
  expect(judged([]).claims).toEqual([]);
  const { claims: judgements, failures } = judged([], true);
  expect(judgements).toHaveLength(claims.length);
  const measured = claims.filter(({ by }) => !('nothing' in by));
  expect(failures.filter((line) => line.startsWith('no verdict on '))).toHaveLength(measured.length);
  expect(claimsText(judgements)).toBe(`${claims.length} claims: ${claims.length} not shown here`);
  const text = labText(
    [figure('lost', 2)],
    { claims: judgements, declared: [], failures: [] },
    { peer: 'choreography', gaps: [] },
  );
  expect(text).toMatch(/^Struck: chef-outage\n.*\n.*\nlost +2$/m);
  expect(text).toMatch(/^chain\n {2}not shown here {2}con {2}Payment handles.*\n {23}not measured in this run/m);
});
