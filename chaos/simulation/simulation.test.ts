import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { pattern as stateTransfer } from '#services/patterns/state-transfer/pattern.ts';
import type { Verdict } from './recording.ts';
import { readRegressions, replayCommand, runUniverses } from './run.ts';
import { Tally } from './tally.ts';
import { type RunSpec, Universe } from './universe.ts';
import { allFaults } from './world/weather.ts';

async function run(specs: readonly RunSpec[], pattern = choreography): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const universes = specs.map((spec) => new Universe({ ...spec, pattern }));
  await runUniverses(universes.values(), (verdict) => verdicts.push(verdict));
  return verdicts.sort((a, b) => a.seed - b.seed);
}

const seeds = (from: number, count: number, orders: number): RunSpec[] =>
  Array.from({ length: count }, (_, nth) => ({ seed: from + nth, orders }));

/** Everything that was violated, with the command that shows it. */
const complaints = (verdicts: readonly Verdict[], orders: number) =>
  verdicts.flatMap(({ seed, violations }) =>
    violations.map((violation) => ({ ...violation, replay: replayCommand({ seed, orders }) })),
  );

describe('the simulation', { timeout: 120_000 }, () => {
  it('loses nothing and doubles nothing, whatever goes wrong', async () => {
    const verdicts = await run(seeds(1, 12, 60));
    expect(complaints(verdicts, 60)).toEqual([]);
    const tally = new Tally();
    for (const verdict of verdicts) tally.add(verdict);
    for (const kind of allFaults.filter((name) => !name.endsWith('Away')))
      expect(tally.faults.get(kind), kind).toBeGreaterThan(0);
    for (const outcome of ['ready', 'cancelled', 'timeout'])
      expect(tally.outcomes.get(outcome), outcome).toBeGreaterThan(0);
    expect(tally.orders).toBe(12 * 60);
    expect(tally.crashPoints.size).toBeGreaterThan(20);
  });

  it('balances the books where orders are made before they are paid', async () => {
    const verdicts = await run(seeds(1, 12, 60), stateTransfer);
    expect(verdicts.flatMap(({ violations }) => violations)).toEqual([]);
  });

  it('does the same again for the same seed, whatever runs beside it, and something else for another', async () => {
    const [alone] = await run([{ seed: 7, orders: 20 }]);
    const beside = await run(seeds(5, 4, 20));
    expect(beside[2]).toEqual(alone);
    expect(beside[3]?.fingerprints).not.toEqual(alone?.fingerprints);
  });

  it('is calm when nothing may go wrong', async () => {
    const [calm] = await run([{ seed: 3, orders: 40, only: [] }]);
    expect(calm).toMatchObject({ violations: [], orders: 40, crashPoints: {} });
    expect(Object.values(calm?.faults ?? {}).every((count) => count === 0)).toBe(true);
    expect(calm?.outcomes.ready).toBeGreaterThan(20);
  });

  it('holds for any few faults alone: a counterexample is shrunk to the fewest', async () => {
    const spec = fc.record({
      seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      orders: fc.integer({ min: 1, max: 15 }),
      only: fc.subarray(allFaults),
    });
    const clean = async (given: RunSpec) => {
      expect((await run([given]))[0]?.violations, replayCommand(given)).toEqual([]);
    };
    await fc.assert(fc.asyncProperty(spec, clean), { numRuns: 40 });
  });

  it('holds for every run that once violated an invariant', async () => {
    const known = await readRegressions();
    for (const { seed, orders, only } of known)
      expect(complaints(await run([{ seed, orders, ...(only && { only }) }]), orders)).toEqual([]);
  });
});
