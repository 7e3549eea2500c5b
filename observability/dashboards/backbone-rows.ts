import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import type { Row } from './board/dashboard.ts';
import { unit } from './board/palette.ts';
import { bars, lines } from './board/panels.ts';
import { quantile } from './board/promql.ts';
import { runbook } from './board/runbook-links.ts';
import { now, overTime } from './board/target.ts';

const { consumerAckPending, sweeperLag, scrapeErrors, spansLost, storeSeconds } = metrics;

/** The collector counts a loss from the first one on: until then it is 0 while the collector answers, and unknown else. */
const perSecond = (counter: string) =>
  `(sum(rate(${counter}[$__rate_interval])) or 0 * max(up{job="otel-collector"} == 1))`;
const lost = (what: string) =>
  ['spans', 'log_records'].map((kind) => perSecond(`otelcol_${what}_${kind}_total`)).join(' + ');

export const store: Row = {
  title: 'Store',
  panels: [
    bars({
      title: 'Store calls p95 by operation',
      description:
        'Each is one script in Redis. All slow at once: Redis is busy or far away. One slow: look at that script.',
      targets: [
        now(
          `sort_desc(${quantile(0.95, storeSeconds.name, { labels: 'operation', window: '$__range' })} >= 0)`,
          '{{operation}}',
        ),
      ],
      unit: unit.seconds,
      noValue: 'no calls',
    }),
    lines({
      title: 'Not acknowledged per durable',
      description:
        'Taken, and what follows from it is not committed or not published yet. It rises while the store is away and drains by itself when it is back.',
      targets: [overTime(`max by (durable) (${consumerAckPending.name})`, '{{durable}}')],
      min: 0,
      width: 8,
    }),
    lines({
      title: 'Overdue work',
      description:
        'How long the order that is due first has been due and nobody attended to it. It grows while a sweeper waits to catch up, or while the demo holds a chef back on purpose; it must come back to 0.',
      targets: [overTime(`max by (service) (${sweeperLag.name})`, '{{service}}')],
      unit: unit.seconds,
      min: 0,
      width: 8,
      links: runbook('OrderOverdue'),
    }),
  ],
};

export const telemetry: Row = {
  title: 'Telemetry itself',
  panels: [
    lines({
      title: 'Spans that services lost',
      description:
        'Per minute. queue-full: more spans end than are sent. export-failed: the collector refused them or did not answer. Above 0 traces have holes.',
      targets: [overTime(`sum by (service, reason) (increase(${spansLost.name}[1m]))`, '{{service}} {{reason}}')],
      min: 0,
      width: 8,
      links: runbook('SpansLost'),
    }),
    lines({
      title: 'What the collector dropped',
      description:
        'Spans and log lines per second: refused at the door (its memory is full), no room in the queue, or not taken by Tempo or Loki. Above 0 traces and logs have holes. Without a collector it says so.',
      targets: [
        overTime(lost('receiver_refused'), 'refused'),
        overTime(lost('exporter_enqueue_failed'), 'queue full'),
        overTime(lost('exporter_send_failed'), 'not delivered'),
      ],
      unit: unit.perSecond,
      min: 0,
      width: 8,
      noValue: 'no collector',
    }),
    lines({
      title: 'Unanswered scrapes',
      description:
        'Per minute, by who did not answer. While it is above 0, the store’s or the broker’s series are absent, not stale.',
      targets: [overTime(`sum by (service, source) (increase(${scrapeErrors.name}[1m]))`, '{{service}} {{source}}')],
      min: 0,
      width: 8,
      links: runbook('DependencyAway'),
    }),
  ],
};
