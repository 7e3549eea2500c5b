import { expect, it } from 'vitest';
import { runSoak } from './run-soak.ts';

it('400 orders of every kind, while every process is killed or restarted: nothing is lost and nothing doubled', {
  timeout: 240_000,
}, async () => {
  const report = await runSoak({ orders: 400, seed: 7, rate: 30, faultEveryMs: 1_000, restWithinMs: 120_000 });
  expect(report.audit.invariants.filter(({ violations }) => violations > 0)).toEqual([]);
  expect(report.problems).toEqual([]);
  expect(report).toMatchObject({ clean: true, accepted: 400, audit: { atRest: true, orders: { seen: 400 } } });
  // All notJudged are undefined: every sum was compared.
  expect(report.audit.invariants.flatMap(({ notJudged }) => notJudged ?? [])).toEqual([]);
  expect(report.faults.length).toBeGreaterThan(5);
  expect(new Set(report.faults.map(({ name }) => name)).size).toBeGreaterThan(3);
});
