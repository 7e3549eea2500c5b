import { increase, names, positive } from '../prometheus/promql.ts';
import { row } from './board/dashboard.ts';
import { lines } from './board/panels.ts';
import { overTime } from './board/target.ts';

/** By service and what went wrong; a service without any is left out. */
const perMinute = (series: string, label: string) =>
  overTime(
    positive(increase(series, `service, ${label}`, '1m'), increase(series, '', '1m'), label),
    `{{service}} {{${label}}}`,
  );

/** Spans and log lines per second, by component of the collector. */
const byComponent = (component: string, what: string) =>
  `sum by (${component}) (${['spans', 'log_records']
    .map((kind) => `rate(otelcol_${component}_${what}_${kind}_total[$__rate_interval])`)
    // Else those of one receiver would be the same series.
    .map((rate, index) => `label_replace(${rate}, "kind", "${index}", "", "")`)
    .join(' or ')})`;
const PROCESSED = ['incoming', 'outgoing'].map(
  (way) => `sum by (processor) (rate(otelcol_processor_${way}_items_total[$__rate_interval]))`,
);
/** The collector reports a loss only after the first one: until then 0 while it answers, and unknown otherwise. */
const lost = (query: string, legend: string) =>
  overTime(`${query} or on () 0 * max(up{job="otel-collector"} == 1)`, legend);
const NO_COLLECTOR = 'no collector';

/** The way of the telemetry itself: services, the collector and its components, Prometheus. */
export const telemetryRow = row(
  'Can you trust what you see? Holes in traces, logs and metrics are counted here.',
  lines(
    'Spans that services lost',
    'Per minute. queue-full: more spans end than are sent. export-failed: the collector refused them or did not answer. Above 0 traces have holes.',
    perMinute(names.spansLost, 'reason'),
    { width: 8, runbook: ['SpansLost'] },
  ),
  lines(
    'Through the collector',
    'Spans and log lines per second: what its receiver took, its processors passed on, and each exporter delivered. The same height: nothing is held back.',
    [
      overTime(byComponent('receiver', 'accepted'), '{{receiver}} received'),
      overTime(PROCESSED[1] ?? '', '{{processor}} passed on'),
      overTime(byComponent('exporter', 'sent'), '{{exporter}} delivered'),
    ],
    { unit: 'perSecond', width: 8, noValue: NO_COLLECTOR },
  ),
  lines(
    'What the collector dropped',
    'Spans and log lines per second: refused at the door (its memory is full), no room in the queue, or not taken by Tempo or Loki. Above 0 traces and logs have holes. Without a collector it says so.',
    [
      lost(byComponent('receiver', 'refused'), '{{receiver}} refused'),
      lost(`(${PROCESSED.join(' - ')})`, '{{processor}} held back'),
      lost(byComponent('exporter', 'enqueue_failed'), '{{exporter}} queue full'),
      lost(byComponent('exporter', 'send_failed'), '{{exporter}} not delivered'),
    ],
    { unit: 'perSecond', width: 8, noValue: NO_COLLECTOR },
  ),
  lines(
    'The collector’s queues',
    'How full the queue of each exporter is. It fills while Tempo or Loki is away; at 100 % spans and log lines are dropped.',
    overTime('max by (exporter) (otelcol_exporter_queue_size / otelcol_exporter_queue_capacity)', '{{exporter}}'),
    { unit: 'share', max: 1, width: 8, noValue: NO_COLLECTOR },
  ),
  lines(
    'Unanswered scrapes',
    'Per minute, by who did not answer. While it is above 0, the store’s or the broker’s series are absent, not stale.',
    perMinute(names.scrapeErrors, 'source'),
    { width: 8, runbook: ['DependencyAway'] },
  ),
  lines(
    'Implausible durations',
    'Per minute: negative or longer than the stream keeps anything, so not part of any latency. Two clocks disagree, or an event invents its time.',
    perMinute(names.implausibleDurations, 'duration'),
    { width: 8 },
  ),
);
