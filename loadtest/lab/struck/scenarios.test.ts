import { describe, expect, it } from 'vitest';
import { parseDuration } from '#shared/contracts/duration.ts';
import { correlatorOf } from '#shared/contracts/flow.ts';
import { checkFaults } from '#shared/faults/fault-spec.ts';
import { loadPattern, serviceNames } from '#shared/runtime/pattern.ts';
import { patternNames } from '#shared/runtime/setting-kinds.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { faultsOf } from '../../../chaos/engine/method.ts';
import { stackFaults } from '../../../chaos/faults/faults.ts';
import { lengthsOf, partsKilled, scenariosOf, struckEnv } from './scenarios.ts';

const patterns = await Promise.all(patternNames().map(loadPattern));
const { ORDER_TIMEOUT } = readSettings(struckEnv);
const secondsOf = ({ method }: ReturnType<typeof scenariosOf>[number]) =>
  method.reduce((sum, step) => sum + ('pause' in step ? (parseDuration(step.pause) ?? Number.NaN) : 0), 0) / 1_000;

describe.each(patterns.map((pattern) => [pattern.name, pattern] as const))('the scenarios of %s', (_name, pattern) => {
  const quick = scenariosOf(pattern, lengthsOf(true));

  it('take each service away once, and the broker', () => {
    const away = quick.flatMap(partsKilled);
    expect(away.sort()).toEqual([...serviceNames(pattern), 'nats'].sort());
  });

  it('are the same in a quick run, and take less than half a minute of it', () => {
    const full = scenariosOf(pattern, lengthsOf(false));
    expect(quick.map(({ name }) => name)).toEqual(full.map(({ name }) => name));
    expect(quick.reduce((sum, one) => sum + secondsOf(one), 0)).toBeLessThan(50);
  });

  it('kill the coordinator five times, and let the chef and the coordinator miss a deadline', () => {
    const named = (name: string) => quick.find((one) => one.name === name) ?? { name, method: [] };
    const restarts = faultsOf(named('coordinator-killed'));
    expect(restarts).toEqual(Array(5).fill({ fault: 'restart', part: correlatorOf(pattern.flow) }));
    for (const name of ['chef-outage', 'coordinator-down'])
      expect(secondsOf(named(name)) * 1_000, name).toBeGreaterThan(ORDER_TIMEOUT);
  });

  it('inject what the services take', () => {
    const ofServices = quick.flatMap(faultsOf).filter(({ fault }) => !Object.hasOwn(stackFaults, fault));
    expect(checkFaults(ofServices).map(({ fault }) => fault)).toEqual(['duplicate', 'delay']);
  });
});
