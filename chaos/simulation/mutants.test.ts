import { describe, expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { invariants } from '#shared/audit/invariants.ts';
import { mutants } from './mutants.ts';
import { runUniverses } from './run.ts';
import { type Alteration, Universe } from './universe.ts';

const ORDERS = 60;
/** A mutant that survives this many seeds shows that an invariant does not detect it. */
const MAX_SEEDS = 40;

/** The invariants violated by runs of these seeds. */
async function violatedBy(alteration: Alteration, ...seeds: readonly number[]): Promise<string[]> {
  const violated: string[] = [];
  const universes = seeds.map((seed) => new Universe({ seed, orders: ORDERS, pattern: choreography, alteration }));
  await runUniverses(universes.values(), ({ violations }) => violated.push(...violations.map((one) => one.invariant)));
  return violated;
}

describe('the invariants see', { timeout: 180_000 }, () => {
  it.each(mutants)('$name: $mistake', async (mutant) => {
    const missing = new Set(mutant.caughtBy);
    const first = mutant.seed ?? 1;
    for (let seed = first; missing.size > 0 && seed < first + MAX_SEEDS; seed += 1)
      for (const invariant of await violatedBy(mutant.alteration, seed)) missing.delete(invariant);
    expect([...missing]).toEqual([]);
  });

  const withFault = mutants.flatMap(({ name, without }) => (without ? [{ name, without }] : []));
  it.each(withFault)('nothing wrong with the fault alone that shows "$name"', async ({ without }) => {
    expect(await violatedBy(without, 1, 2, 3, 4)).toEqual([]);
  });

  it('what they are called: the table names no other', () => {
    const names = invariants.map(({ name }) => name);
    expect(mutants.flatMap(({ caughtBy }) => caughtBy).filter((name) => !names.includes(name))).toEqual([]);
  });
});
