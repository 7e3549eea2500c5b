import { EVENT_LOOP_SAMPLE_MS } from '#shared/telemetry/metrics/event-loop.ts';
import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import type { Row } from './board/dashboard.ts';
import { unit } from './board/palette.ts';
import { lines } from './board/panels.ts';
import { quantile } from './board/promql.ts';
import { runbook } from './board/runbook-links.ts';
import { overTime, withExemplars } from './board/target.ts';

const { processing, eventsInFlight, httpSeconds } = metrics;
/** The chosen services, in the metrics' own label and in the scrape's. */
export const OF_SERVICE = 'service=~"$service"';
export const OF_JOB = 'job=~"$service"';

export const duration: Row = {
  title: 'Duration',
  panels: [
    lines({
      title: 'Processing p50 and p95',
      description: 'One delivery, its settlement included. A dot is one event: click it to see its trace.',
      targets: [0.5, 0.95].map((q) =>
        withExemplars(
          quantile(q, processing.name, { labels: 'service', selector: `{${OF_SERVICE}}` }),
          `{{service}} p${q * 100}`,
        ),
      ),
      unit: unit.seconds,
      min: 0,
    }),
    lines({
      title: 'HTTP answers p95 by route',
      description:
        'The intake’s answers. POST /orders waits for the stream to store the order: compare with publish on the Backbone.',
      targets: [withExemplars(quantile(0.95, httpSeconds.name, { labels: 'route' }), '{{route}}')],
      unit: unit.seconds,
      min: 0,
      links: runbook('SloBurnFast'),
    }),
  ],
};

export const saturation: Row = {
  title: 'Saturation',
  panels: [
    lines({
      title: 'Deliveries in flight',
      description:
        'Handled at this moment, per service. At 256 (CONCURRENCY) an instance takes no more: add a replica.',
      targets: [overTime(`sum by (service) (${eventsInFlight.name}{${OF_SERVICE}})`, '{{service}}')],
      min: 0,
    }),
    lines({
      title: 'Event loop delay p99',
      description:
        'How late Node’s own timers are. Above 50 ms the process is out of processor time: everything else is slow because of it.',
      targets: [
        overTime(
          `clamp_min(max by (job, instance) (nodejs_eventloop_lag_p99_seconds{${OF_JOB}}) - ${EVENT_LOOP_SAMPLE_MS / 1_000}, 0)`,
          '{{job}} {{instance}}',
        ),
      ],
      unit: unit.seconds,
      min: 0,
    }),
    lines({
      title: 'Processor time',
      description: 'Cores that each replica uses. One process cannot use much more than one.',
      targets: [
        overTime(
          `sum by (job, instance) (rate(process_cpu_seconds_total{${OF_JOB}}[$__rate_interval]))`,
          '{{job}} {{instance}}',
        ),
      ],
      unit: unit.share,
      min: 0,
    }),
    lines({
      title: 'Memory',
      description: 'Resident memory of each replica. A saw is fine; a slope that never falls is a leak.',
      targets: [overTime(`max by (job, instance) (process_resident_memory_bytes{${OF_JOB}})`, '{{job}} {{instance}}')],
      unit: unit.bytes,
      min: 0,
    }),
  ],
};
