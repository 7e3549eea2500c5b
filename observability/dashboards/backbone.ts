import { names, positive, quantile } from '../prometheus/promql.ts';
import { dashboard, row } from './board/dashboard.ts';
import { colour, thresholds } from './board/palette.ts';
import { bars, lines, stat } from './board/panels.ts';
import { now, overTime } from './board/target.ts';
import { telemetryRow } from './telemetry-row.ts';

const perDurable = (title: string, description: string, metric: string) =>
  lines(
    title,
    description,
    overTime(positive(`max by (durable) (${metric})`, `max(${metric})`, 'durable'), '{{durable}}'),
    { width: 8, runbook: ['ConsumerStalled', 'ConsumerMissing'] },
  );

/** Of a server; its exporter runs only with the profile infra of docker-compose.yml. */
const used = (title: string, description: string, [bytes, limit]: readonly [string, string], by = '') =>
  lines(
    title,
    description,
    [
      overTime(`max by (${by}) (${bytes})`, by ? `{{${by}}}` : 'used'),
      overTime(`max by (${by}) (${limit}) > 0`, `${by && `{{${by}}} `}limit`),
    ],
    { unit: 'bytes', width: 8, height: 6, noValue: 'docker compose --profile infra up' },
  );

const holds = row(
  'Does it hold? Nothing given up, nothing piling up: the first thing to look at when orders stall.',
  stat(
    'Dead letters kept',
    'Messages that a service gave up, kept by the broker with the reason. Each needs a decision: open the runbook.',
    now(`sum(max by (service) (${names.deadLettersPending}))`, 'kept'),
    { thresholds: thresholds.fewerIsBetter(1, 10), runbook: ['DeadLetters'] },
  ),
  stat(
    'Not delivered yet',
    'Messages that the stream holds for a consumer that has not taken them. Near 0 when services keep up.',
    now(`sum(max by (durable) (${names.consumerPending}))`, 'pending'),
    { runbook: ['ConsumerStalled'] },
  ),
  stat(
    'Not acknowledged yet',
    'Messages that services have taken and are not done with: what follows from them is not committed, or not published. More than a few for more than a moment: the store or the broker is away or slow.',
    now(`sum(max by (durable) (${names.consumerAckPending}))`, 'taken, not acknowledged'),
    { thresholds: thresholds.fewerIsBetter(100, 1000), runbook: ['DependencyAway'] },
  ),
  stat(
    'Scrape gaps',
    'How often a service got no answer from its store or the broker when it was asked for its numbers, in this time range.',
    now(`round(sum by (source) (increase(${names.scrapeErrors}[$__range])))`, '{{source}}'),
    { thresholds: [colour.good, [1, colour.warning]], runbook: ['DependencyAway'] },
  ),
);

const consumers = row(
  'Do events flow? Each service has one durable consumer; a line that climbs is a service that falls behind.',
  perDurable(
    'Not delivered',
    'Stored and waiting, per durable. A line that climbs: its service is too slow, or stalled. No line: nothing waits.',
    names.consumerPending,
  ),
  perDurable(
    'Delivered, not acknowledged',
    'In the hands of a service. At 4096 JetStream stops delivering to that service.',
    names.consumerAckPending,
  ),
  perDurable(
    'Delivered again',
    'Of those not acknowledged, delivered more than once: a handler failed, took too long, or its process died.',
    names.consumerRedelivered,
  ),
  lines(
    'Publish to PubAck',
    'p50 and p95 until the stream has stored an event. The broker’s disk speaks here.',
    [0.5, 0.95].map((q) => overTime(quantile(q, names.publishSeconds), `p${q * 100}`)),
    { unit: 'seconds', width: 8 },
  ),
  lines(
    'Dead letters',
    'Kept per service. It falls when they are sent again, or forgotten after their retention.',
    overTime(`max by (service) (${names.deadLettersPending})`, '{{service}}'),
    { width: 8, runbook: ['DeadLetters'] },
  ),
  lines(
    'Stream used',
    'Share of the event stream’s limits, in bytes and in messages (0: no such limit). At 100 % no order is taken; events expire after RETENTION.',
    overTime(`max by (limit) (${names.streamFill})`, '{{limit}}'),
    { unit: 'share', max: 1, width: 8, runbook: ['StreamFillingUp'] },
  ),
);

const store = row(
  'Does the store keep up? Redis holds the state of every order; each step of a service is a call.',
  bars(
    'Store calls p95 by operation',
    'Each is one script in Redis. All slow at once: Redis is busy or far away. One slow: look at that script.',
    now(
      `sort_desc(${quantile(0.95, names.storeSeconds, { labels: 'operation', window: '$__range' })} >= 0)`,
      '{{operation}}',
    ),
    { unit: 'seconds', width: 12, noValue: 'no calls' },
  ),
  lines(
    'Overdue work',
    'How long the order that is due first has been due and nobody attended to it. It grows while a sweeper waits to catch up, or while the demo holds a chef back on purpose; it must come back to 0.',
    overTime(`max by (service) (${names.sweeperLag})`, '{{service}}'),
    { unit: 'seconds', runbook: ['OrderOverdue'] },
  ),
);

const servers = row(
  'Are the servers full? What they keep, and the limit at which they refuse.',
  used(
    'Stream size',
    'Bytes that NATS keeps per stream, and their limits. Events go after RETENTION; at the limit the event stream takes no order.',
    ['jetstream_stream_total_bytes', 'jetstream_stream_limit_bytes'],
    'stream_name',
  ),
  used('NATS memory', 'Memory of the server, and GOMEMLIMIT, near which it collects garbage all the time.', [
    'gnatsd_varz_mem',
    'gnatsd_varz_gomemlimit',
  ]),
  used(
    'Redis memory',
    'Memory of the store’s data, and maxmemory, at which Redis refuses to write: services pause, and nothing is lost.',
    ['redis_memory_used_bytes', 'redis_memory_max_bytes'],
  ),
);

/** What everything stands on: JetStream, Redis, the collector. */
export const backbone = () =>
  dashboard({
    uid: 'backbone',
    title: 'Backbone',
    description: 'JetStream, its consumers and dead letters, the store, and the way of the telemetry itself.',
    rows: [holds, consumers, store, servers, telemetryRow],
  });
