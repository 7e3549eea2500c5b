import { expect, it } from 'vitest';
import { findProgram } from '#shared/stack/programs/programs.ts';
import { askPrometheus } from '#shared/stack/servers/ask-prometheus.ts';
import { startPrometheus } from '#shared/stack/servers/native-server.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { queriesOf, seriesShown } from '../../../observability/checks/fixtures/panel-queries.ts';
import { lab } from '../../../observability/dashboards/lab.ts';
import { couplingOf } from '../coupling/coupling.ts';
import type { Figure } from '../figures.ts';
import { struckMeasures } from '../struck/struck-measures.ts';
import { openSubjects } from '../subjects.ts';
import { pushFigures } from './push-figures.ts';

const prometheusRuns = (await findProgram('prometheus')) !== undefined;

const figure = (subject: string, measure: string, round: number, value: number): Figure => {
  return { subject, scenario: 'saturation', measure, round, value };
};

const healthyMeasures = [
  ['saturation', 'orders-per-second'],
  ['saturation', 'cpu-us-per-order'],
  ['200/s', 'p99-ms'],
] as const;
const struck = Object.keys(struckMeasures).map((measure) => ['chef-outage', measure] as const);

it.runIf(prometheusRuns)('a real Prometheus has each figure as a gauge: the median of its rounds', async () => {
  await using prometheus = await startPrometheus({ jobs: [] });
  // More than one snappy literal holds.
  const many = Array.from({ length: 1_000 }, (_, n) => figure('many', `measure-${n}`, 1, n / 7));
  const rounds = [10, 30, 20].map((value, at) => figure('chain', 'orders-per-second', at + 1, value));
  await pushFigures(prometheus.url, [...rounds, ...many, figure('chain', 'gain', 1, -0.25)], Date.now());
  const chain = await eventually(async () => {
    const found = await askPrometheus(prometheus.url, 'pizza_lab{pattern="chain"}');
    return found.length === 2 ? found : undefined;
  }, 'the figures');
  expect(chain).toContainEqual({
    labels: { __name__: 'pizza_lab', pattern: 'chain', scenario: 'saturation', measure: 'orders-per-second' },
    value: 20,
  });
  expect(chain.map(({ value }) => value)).toContain(-0.25);
  expect(await askPrometheus(prometheus.url, 'count(pizza_lab{pattern="many"})')).toMatchObject([{ value: 1_000 }]);
  expect(await askPrometheus(prometheus.url, 'pizza_lab{measure="measure-999"}')).toMatchObject([{ value: 999 / 7 }]);
});

it.runIf(prometheusRuns)('every query of the dashboard Lab shows a series per pattern', async () => {
  await using prometheus = await startPrometheus({ jobs: [] });
  const subjects = await openSubjects(['choreography', 'chain']);
  const figures = subjects.flatMap(({ pattern }) => {
    const others = [...healthyMeasures, ...struck].map(([scenario, measure]) => {
      return { subject: pattern.name, scenario, measure, round: 1, value: 1 };
    });
    return [...couplingOf(pattern), ...others];
  });
  await pushFigures(prometheus.url, figures, Date.now());
  const queries = queriesOf([lab()]);
  expect(queries.length).toBeGreaterThan(10);
  const shown = async () => {
    const counts = await Promise.all(queries.map((query) => seriesShown(prometheus.url, query)));
    return counts.every((count) => count === 2) || undefined;
  };
  await eventually(shown, 'two bars, or two rows, of each query');
});

it('says that nobody answers there', async () => {
  await expect(pushFigures('http://127.0.0.1:1', [figure('chain', 'gain', 1, 1)], Date.now())).rejects.toThrow();
});
