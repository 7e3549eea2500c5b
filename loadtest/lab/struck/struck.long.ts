import { describe, expect, it } from 'vitest';
import { loadPattern } from '#shared/runtime/pattern.ts';
import { brokenPromises } from './promises.ts';
import { lengthsOf, scenariosOf } from './scenarios.ts';
import { struckFigures } from './struck.ts';

const bugs = [
  {
    bug: 'a link forgets to forward a field',
    file: 'forgets-a-field.ts',
    setting: 'chain',
    scenario: 'every-event-twice',
  },
  {
    bug: 'its state dies with it',
    file: 'loses-its-state.ts',
    setting: 'orchestration',
    scenario: 'coordinator-killed',
  },
];

/** Which promises are broken, of which pattern, in which scenario. */
async function brokenIn(setting: string, scenario: string, signal: AbortSignal, preload: readonly string[] = []) {
  const pattern = await loadPattern(setting);
  const scenarios = scenariosOf(pattern, lengthsOf(true)).filter(({ name }) => name === scenario);
  const subject = { name: pattern.name, pattern, env: { PATTERN: setting } };
  const figures = await struckFigures(subject, scenarios, { round: 1, seed: 11, signal, preload });
  expect(figures.find(({ measure }) => measure === 'accepted')?.value).toBeGreaterThan(50);
  return brokenPromises(figures, [pattern]);
}

describe.each(bugs)('$setting, struck by $scenario', ({ bug, file, setting, scenario }) => {
  it('keeps what it promises', async ({ signal }) => {
    expect(await brokenIn(setting, scenario, signal)).toEqual([]);
  });

  it(`is named when ${bug}`, async ({ signal }) => {
    const broken = await brokenIn(setting, scenario, signal, [import.meta.resolve(`./fixtures/${file}`)]);
    expect(broken.map(({ measure }) => measure)).toContain('violations');
    for (const one of broken) expect(one).toMatchObject({ subject: setting, scenario, declared: undefined });
  });
});
