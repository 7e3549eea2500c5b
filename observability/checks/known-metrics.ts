import { collectDefaultMetrics, Registry } from 'prom-client';
import type { MetricDefinition } from '#shared/telemetry/metrics/metric-definition.ts';
import type { MetricScope } from '#shared/telemetry/metrics/metric-labels.ts';
import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import type { RuleGroup } from '../prometheus/rules/rule.ts';
import { flow, shown } from '../shown-pattern.ts';

/** What a query may ask of a metric. */
export interface KnownMetric {
  readonly labels: ReadonlySet<string>;
  /** Label -> its values, where all of them are known beforehand. */
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Metrics of programs that are not in `npm start`: nothing here knows their values. */
export const isForeign = (metric: string): boolean => /^(k6|otelcol|gnatsd|jetstream|redis)_/.test(metric);

/** Labels of foreign metrics that queries group by. */
export const foreignLabels = ['testid', 'receiver', 'processor', 'exporter', 'stream_name'] as const;

const ORDER_TIMEOUT = { orderTimeoutMs: 30_000 };

/** Every metric that a query may name: the catalogue's, the recorded ones, Node's and Prometheus' own. */
export async function knownMetrics(recorded: readonly RuleGroup[]): Promise<Map<string, KnownMetric>> {
  const scopes = shown.services.map(({ name, reacts }) => ({
    flow,
    service: name,
    reacts: Object.keys(reacts(flow)),
    ...ORDER_TIMEOUT,
  }));
  return new Map([
    ...Object.values<MetricDefinition>(metrics).flatMap((definition) => ofCatalogue(definition, scopes)),
    ...ofNode().map((name) => [name, withLabels('quantile')] as const),
    ...recorded.flatMap(({ rules }) =>
      rules.flatMap((rule) => ('record' in rule ? [[rule.record, withLabels('slo', 'currency')] as const] : [])),
    ),
    ['up', withLabels()],
    ['ALERTS', withLabels('alertname', 'alertstate', 'severity')],
  ]);
}

function ofCatalogue(definition: MetricDefinition, scopes: readonly MetricScope[]): [string, KnownMetric][] {
  const { name, type, labels } = definition;
  const series = scopes.flatMap((scope) => definition.series(scope) ?? []);
  const values = labels
    .map((label) => [label, new Set(series.map((set) => set[label] ?? ''))] as const)
    .filter(([, set]) => set.size > 0);
  const plain = { ...withLabels(...labels), values: new Map(values) };
  if (type !== 'histogram') return [[name, plain]];
  const bounds = new Set([...(definition.buckets?.(ORDER_TIMEOUT) ?? []).map(String), '+Inf']);
  const bucket = { ...withLabels(...labels, 'le'), values: new Map([...values, ['le', bounds] as const]) };
  return [
    [`${name}_bucket`, bucket],
    [`${name}_count`, plain],
    [`${name}_sum`, plain],
  ];
}

/** These, and those that a scrape adds to every series. */
const withLabels = (...labels: readonly string[]): KnownMetric => ({
  labels: new Set([...labels, 'job', 'instance']),
  values: new Map(),
});

function ofNode(): string[] {
  const register = new Registry();
  collectDefaultMetrics({ register });
  return register.getMetricsAsArray().map(({ name }) => name);
}
