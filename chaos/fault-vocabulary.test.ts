import { describe, expect, it } from 'vitest';
import { faultSpec } from '#shared/faults/fault-spec.ts';
import { faultNames } from '#shared/faults/vocabulary.ts';
import { crashFault } from './crash-points/crash-at.ts';
import { stackFaults } from './faults/faults.ts';
import { allFaults, faultKinds } from './simulation/world/weather.ts';

const simulated = Object.values(faultKinds).flatMap((kind) => ('simulates' in kind ? [kind.simulates] : []));
const injectors: [string, readonly string[]][] = [
  ['the runtime', faultSpec.options.map(({ shape }) => shape.fault.value)],
  ['the chaos runner', Object.keys(stackFaults)],
  ['the simulation', simulated],
  ['the crash points', [crashFault]],
];

describe('the vocabulary of faults', () => {
  it('has no entry that nobody injects', () => {
    expect(new Set(injectors.flatMap(([, names]) => names))).toEqual(new Set(faultNames));
  });

  it.each(injectors)('has every name that %s uses', (_injector, names) => {
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !(faultNames as readonly string[]).includes(name))).toEqual([]);
  });

  it('means the same in the simulation: a kind with a name of the vocabulary simulates that fault', () => {
    const namesakes = allFaults.filter((kind) => (faultNames as readonly string[]).includes(kind));
    expect(namesakes.length).toBeGreaterThan(4);
    for (const kind of namesakes) expect(faultKinds[kind]).toMatchObject({ simulates: kind });
  });
});
