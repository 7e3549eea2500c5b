import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry } from 'prom-client';
import { currentExemplar } from './exemplar.ts';
import type { MetricDefinition } from './metric-definition.ts';
import type { Labels, MetricScope } from './metric-labels.ts';
import { type MetricKey, metrics } from './metrics.ts';

interface MeterTypes {
  readonly counter: Counter;
  readonly gauge: Gauge;
  readonly histogram: Histogram;
}

export type Meters = { readonly [Key in MetricKey]: MeterTypes[(typeof metrics)[Key]['type']] };

export type OpenMetricsRegistry = Registry<OpenMetricsContentType>;

export interface RegisteredMeters {
  readonly registry: OpenMetricsRegistry;
  readonly meters: Meters;
}

/** One meter per metric of the catalogue; those that the service exports are in the registry, their series at zero. */
export function createMeters(scope: MetricScope): RegisteredMeters {
  const registry: OpenMetricsRegistry = new Registry<OpenMetricsContentType>();
  // Before any metric is made: a histogram refuses exemplars for any other format.
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const meters = Object.fromEntries(
    Object.entries(metrics).map(([key, definition]) => [key, createMeter(definition, scope, registry)]),
  );
  return { registry, meters: meters as unknown as Meters };
}

function createMeter(definition: MetricDefinition, scope: MetricScope, registry: OpenMetricsRegistry) {
  const { name, type, meaning: help, labels, kept } = definition;
  const series = definition.series(scope);
  const config = { name, help, labelNames: labels, registers: series ? [registry] : [] };
  // What is kept elsewhere is unknown until it was read: absent, not 0.
  const initial = kept === 'process' ? (series ?? []) : [];
  switch (type) {
    case 'histogram': {
      const buckets = [...(definition.buckets?.(scope) ?? [])];
      const histogram = new Histogram({ ...config, buckets, enableExemplars: true });
      for (const set of initial) histogram.zero(set);
      return histogram;
    }
    case 'counter': {
      const counter = new Counter(config);
      for (const set of initial) counter.inc(set, 0);
      return counter;
    }
    case 'gauge': {
      const gauge = new Gauge(config);
      for (const set of initial) gauge.set(set, 0);
      return gauge;
    }
    default:
      return type satisfies never;
  }
}

/**
 * One series of a histogram, prepared once. With a span under way it is observed with an exemplar, which prom-client takes only
 * with the labels; without one the series itself observes.
 */
export function seriesOf(histogram: Histogram, labels: Labels): (value: number) => void {
  const series = histogram.labels({ ...labels });
  return (value) => {
    if (currentExemplar()) observe(histogram, labels, value);
    else series.observe(value);
  };
}

/** Observes with the ids of the span under way. The one way to observe: another form of call would be refused. */
export function observe(histogram: Histogram, labels: Labels, value: number): void {
  const exemplarLabels = currentExemplar();
  histogram.observe(exemplarLabels ? { labels, value, exemplarLabels: { ...exemplarLabels } } : { labels, value });
}
