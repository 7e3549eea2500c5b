import { collectDefaultMetrics, Registry } from 'prom-client';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { loadServices } from '#shared/stack/load-services.ts';
import type { MetricDefinition } from '#shared/telemetry/metrics/metric-definition.ts';
import type { MetricScope } from '#shared/telemetry/metrics/metric-labels.ts';
import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import type { RuleGroup } from '../prometheus/rules/rule.ts';

/** What may be asked of a metric. */
export interface KnownMetric {
  readonly labels: ReadonlySet<string>;
  /** Label -> its values, where all of them are known beforehand. */
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Metrics of programs that are not in `npm start`: nothing of ours can tell their labels. */
export const FOREIGN: Readonly<Record<string, string>> = {
  k6_: 'written by a load test into Prometheus',
  otelcol_: 'of the collector, which only docker compose runs',
};

/** Of the scrape, added to everything. */
const SCRAPED = ['job', 'instance'];

/** Every metric that a query may name: the catalogue's, the recorded ones, Node's and Prometheus' own. */
export async function knownMetrics(recorded: readonly RuleGroup[]): Promise<Map<string, KnownMetric>> {
  const scopes = (await loadServices(pizzaFlow)).map(({ name, reacts }) => ({
    flow: pizzaFlow,
    service: name,
    reacts: Object.keys(reacts(pizzaFlow)),
    orderTimeoutMs: 30_000,
  }));
  return new Map([
    ...Object.values<MetricDefinition>(metrics).flatMap((definition) => ofCatalogue(definition, scopes)),
    ...ofNode().map((name) => [name, withLabels(['quantile'])] as const),
    ...recorded.flatMap(({ rules }) =>
      rules.flatMap((rule) => ('record' in rule ? [[rule.record, withLabels(['slo', 'currency'])] as const] : [])),
    ),
    ['up', withLabels([])],
    ['ALERTS', withLabels(['alertname', 'alertstate', 'severity'])],
  ]);
}

function ofCatalogue(definition: MetricDefinition, scopes: readonly MetricScope[]): [string, KnownMetric][] {
  const { name, type, labels } = definition;
  const series = scopes.flatMap((scope) => definition.series(scope) ?? []);
  const values = new Map(
    labels
      .map((label) => [label, new Set(series.map((set) => set[label] ?? ''))] as const)
      .filter(([, set]) => set.size > 0),
  );
  if (type !== 'histogram') return [[name, { labels: new Set([...labels, ...SCRAPED]), values }]];
  const bounds = new Set([...(definition.buckets?.({ orderTimeoutMs: 30_000 }) ?? []).map(String), '+Inf']);
  const bucket = { labels: new Set([...labels, ...SCRAPED, 'le']), values: new Map([...values, ['le', bounds]]) };
  const plain = { labels: new Set([...labels, ...SCRAPED]), values };
  return [
    [`${name}_bucket`, bucket],
    [`${name}_count`, plain],
    [`${name}_sum`, plain],
  ];
}

const withLabels = (labels: readonly string[]): KnownMetric => ({
  labels: new Set([...labels, ...SCRAPED]),
  values: new Map(),
});

function ofNode(): string[] {
  const register = new Registry();
  collectDefaultMetrics({ register });
  return register.getMetricsAsArray().map(({ name }) => name);
}
