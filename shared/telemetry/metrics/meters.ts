import { setImmediate as nextTurn } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';
import { Counter, collectDefaultMetrics, Gauge, Histogram, type OpenMetricsContentType, Registry } from 'prom-client';
import { EVENT_LOOP_SAMPLE_MS, type MetricDefinition } from './metric-definition.ts';
import type { Labels, MetricScope } from './metric-labels.ts';
import { type MetricKey, metrics } from './metrics.ts';

interface MeterTypes {
  readonly counter: Counter;
  readonly gauge: Gauge;
  readonly histogram: Histogram;
}

export type Meters = { readonly [Key in MetricKey]: MeterTypes[(typeof metrics)[Key]['type']] };

/** One meter per metric; those that the service exports are exposed at zero. @param ofNode also Node's own, for good */
export function createMeters(scope: MetricScope, { ofNode = false } = {}) {
  const exposed: Registry[] = [];
  const meters = Object.entries<MetricDefinition>(metrics).map(([key, definition]) => {
    const series = definition.series(scope);
    const registry = openMetricsRegistry();
    if (series) exposed.push(registry);
    // What is kept elsewhere is unknown until it was read: absent, not 0.
    const initial = definition.kept === 'process' ? (series ?? []) : [];
    return [key, createMeter(definition, scope, registry, initial)];
  });
  if (ofNode) {
    const register = openMetricsRegistry();
    collectDefaultMetrics({ register, eventLoopMonitoringPrecision: EVENT_LOOP_SAMPLE_MS });
    exposed.push(register);
  }
  return {
    meters: Object.fromEntries(meters) as Meters,
    /** All metrics that the service exports, in OpenMetrics. */
    expose: () => exposeInSlices(exposed),
    contentType: Registry.OPENMETRICS_CONTENT_TYPE,
  };
}

/** Set before a metric is made: a histogram refuses exemplars for any other format. */
function openMetricsRegistry(): Registry {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry as unknown as Registry;
}

function createMeter(
  { name, type, meaning: help, labels: labelNames, buckets }: MetricDefinition,
  scope: MetricScope,
  registry: Registry,
  initial: readonly Labels[],
) {
  const config = { name, help, labelNames, registers: [registry] };
  if (type === 'histogram') {
    const histogram = new Histogram({ ...config, buckets: [...(buckets?.(scope) ?? [])], enableExemplars: true });
    for (const labels of initial) histogram.zero(labels);
    return histogram;
  }
  const meter = type === 'counter' ? new Counter(config) : new Gauge(config);
  for (const labels of initial) meter.inc(labels, 0);
  return meter;
}

const END = '# EOF\n';
const SLICE_MS = 1;

/** Renders one registry after the other and lets others have the event loop in between: the whole takes several ms. */
async function exposeInSlices(registries: readonly Registry[]): Promise<string> {
  let text = '';
  let sliceBegan = performance.now();
  for (const registry of registries) {
    text += (await registry.metrics()).slice(0, -END.length);
    if (performance.now() - sliceBegan < SLICE_MS) continue;
    await nextTurn();
    sliceBegan = performance.now();
  }
  return text + END;
}

/** An exemplar costs more than its observation, and Prometheus keeps one per bucket and scrape. */
const EXEMPLAR_EVERY_MS = 100;

/** One series of a histogram, prepared once. A value gets an exemplar when the last one is old, or of a smaller value. */
export function seriesOf(histogram: Histogram, labels: Labels): (value: number) => void {
  const series = histogram.labels({ ...labels });
  let exemplarAt = Number.NEGATIVE_INFINITY;
  let slowest = 0;
  return (value) => {
    const now = performance.now();
    const isOld = now - exemplarAt >= EXEMPLAR_EVERY_MS;
    const exemplarLabels = isOld || value > slowest ? currentExemplar() : undefined;
    if (!exemplarLabels) return series.observe(value);
    if (isOld) exemplarAt = now;
    slowest = value;
    histogram.observe({ labels, value, exemplarLabels });
  };
}

/** Observes with the ids of the span under way. */
export function observe(histogram: Histogram, labels: Labels, value: number): void {
  const exemplarLabels = currentExemplar();
  // With `exemplarLabels: undefined` prom-client looks for defaults.
  histogram.observe(exemplarLabels ? { labels, value, exemplarLabels } : { labels, value });
}

const SAMPLED = 1;
/** 63 of the 128 characters that an exemplar may have; a longer one would spoil the whole exposition. */
const IDS = /^[0-9a-f]{32}:[0-9a-f]{16}$/;

/** The ids of the span under way, if it is recorded and will be exported. */
function currentExemplar(): Record<'trace_id' | 'span_id', string> | undefined {
  const span = trace.getActiveSpan();
  if (!span?.isRecording()) return undefined;
  const { traceId, spanId, traceFlags } = span.spanContext();
  if (!(traceFlags & SAMPLED) || !IDS.test(`${traceId}:${spanId}`)) return undefined;
  return { trace_id: traceId, span_id: spanId };
}
