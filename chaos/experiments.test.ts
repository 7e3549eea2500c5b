import { describe, expect, it } from 'vitest';
import { parseDuration } from '#shared/contracts/duration.ts';
import { checkFaults } from '#shared/faults/fault-spec.ts';
import { panelTitles } from '../observability/dashboards/board/panel-titles.ts';
import { disturbancesOf, faultsOf } from './engine/method.ts';
import { loadExperiments } from './experiment.ts';
import { stackFaults } from './faults/faults.ts';

const experiments = await loadExperiments();

it('there are at least the fifteen of the plan', () => {
  expect(experiments.length).toBeGreaterThanOrEqual(15);
});

describe.each(experiments)(
  '$name',
  ({ hypothesis, teaches, look, method, expect: expected, recoverWithin, ...rest }) => {
    it('has a hypothesis of one sentence that can be wrong, and a lesson', () => {
      expect(hypothesis).toMatch(/^(When|If) [^.]+\.$/);
      expect(teaches.length).toBeGreaterThan(60);
    });

    it('names a panel that is on the dashboard', () => {
      expect(panelTitles(look.dashboard)).toContain(look.panel);
    });

    it('lasts no longer than three minutes, and judges what its customers feel', () => {
      const pauses = method.map((step) =>
        'pause' in step ? step.pause : 'awaitAlerts' in step ? step.awaitAlerts : '0ms',
      );
      const all = [...pauses, recoverWithin].map((text) => parseDuration(text) ?? Number.NaN);
      expect(all.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(180_000);
      expect(Object.values(expected).flatMap(Object.keys).length).toBeGreaterThan(0);
      expect(rest.name).toMatch(/^[a-z]+(-[a-z]+)+$/);
    });

    it('injects what the services take', () => {
      expect(disturbancesOf({ method }).length).toBeGreaterThan(0);
      const ofServices = faultsOf({ method }).filter(({ fault }) => !Object.hasOwn(stackFaults, fault));
      expect(checkFaults(ofServices)).toHaveLength(ofServices.length);
    });
  },
);
