import { EVENT_LOOP_SAMPLE_MS } from '#shared/telemetry/metrics/metric-definition.ts';
import { increase, names, positive, quantile, RANGE, rate, ratio } from '../prometheus/promql.ts';
import { state } from '../prometheus/rules/state-rules.ts';
import { choiceVariable, dashboard, row } from './board/dashboard.ts';
import { colour, thresholds } from './board/palette.ts';
import { areas, lines, stat } from './board/panels.ts';
import { now, overTime, withExemplars } from './board/target.ts';
import { logRow } from './log-row.ts';

/** The chosen services, in the metrics' own label and in the scrape's. */
const OF_SERVICE = 'service=~"$service"';
const OF_JOB = 'job=~"$service"';
/** With the profile infra others are scraped, too. */
const OF_SERVICES = `and on (job) ${state.expected}`;
const PER_REPLICA = '{{instance}}';

const DELIVERIES = `${names.processing}_count{${OF_SERVICE}}`;
const FAILED = `${names.processing}_count{${OF_SERVICE}, outcome=~"retry|invalid|dead_letter"}`;
const FAILURES = `${names.eventFailures}{${OF_SERVICE}}`;

const live = row(
  'Do they live? One tile per service that should run; a red 0 answers no scrape.',
  stat(
    'Replicas that answer',
    'Replicas whose last scrape succeeded, per service. One at 0 is down, or was never started.',
    now(`sum by (job) (up{${OF_JOB}}) and on (job) ${state.expected} or 0 * ${state.expected}{${OF_JOB}}`, '{{job}}'),
    {
      named: true,
      width: 16,
      thresholds: [colour.bad, [1, colour.good]],
      noValue: 'none answers',
      runbook: ['ServiceDown'],
    },
  ),
  stat(
    'Failed deliveries',
    'Of all deliveries in this time range, the share that failed: to be tried again, or dead-lettered. Refusals are no failures.',
    now(ratio(rate(FAILED, '', RANGE), rate(DELIVERIES, '', RANGE)), 'failed'),
    {
      unit: 'share',
      decimals: 2,
      width: 8,
      thresholds: thresholds.fewerIsBetter(0.001, 0.01),
      noValue: 'no events',
      runbook: ['DeadLetters'],
    },
  ),
);

const rateAndErrors = row(
  'Do they work? What they take and publish per second, and how it ends.',
  lines(
    'Events taken per second',
    'Deliveries handled, per service. When orders come in but a line is at 0, that service does not consume.',
    overTime(rate(DELIVERIES, 'service'), '{{service}}'),
    { unit: 'perSecond', runbook: ['ConsumerStalled'] },
  ),
  areas(
    'Events by how they ended',
    'Green counted. Orange is to be tried again, red was dead-lettered.',
    overTime(rate(DELIVERIES, 'outcome'), '{{outcome}}'),
    {
      unit: 'perSecond',
    },
  ),
  lines(
    'Events published per second',
    'What the stream stored, by type. A type that stops while its cause goes on is a reaction that is missing.',
    overTime(rate(`${names.eventsPublished}{${OF_SERVICE}}`, 'type'), '{{type}}'),
    { width: 24, unit: 'perSecond' },
  ),
  lines(
    'Failures by reason',
    'fault: a try that is repeated. Any other is why a message was dead-lettered at once.',
    overTime(
      positive(increase(FAILURES, 'service, reason', '1m'), increase(FAILURES, '', '1m'), 'reason'),
      '{{service}} {{reason}}',
    ),
    { width: 24, runbook: ['DeadLetters'] },
  ),
);

const duration = row(
  'Are they fast? Half of the steps, and 95 of 100, are done within this time.',
  lines(
    'Processing p50 and p95',
    'One delivery, its settlement included. A dot is one event: click it to see its trace.',
    [0.5, 0.95].map((q) =>
      withExemplars(
        quantile(q, names.processing, { labels: 'service', selector: `{${OF_SERVICE}}` }),
        `{{service}} p${q * 100}`,
      ),
    ),
    { unit: 'seconds' },
  ),
  lines(
    'HTTP answers p95 by route',
    'The intake’s answers. POST /orders waits for the stream to store the order: compare with publish on the Backbone.',
    withExemplars(quantile(0.95, names.httpSeconds, { labels: 'route' }), '{{route}}'),
    { unit: 'seconds', runbook: ['SloBurnFast'] },
  ),
);

const saturation = row(
  'Are they full? Work in hand, processor and memory of each replica.',
  lines(
    'Deliveries in flight',
    'Handled at this moment, per service. At 256 (CONCURRENCY) an instance takes no more: add a replica.',
    overTime(`sum by (service) (${names.eventsInFlight}{${OF_SERVICE}})`, '{{service}}'),
  ),
  lines(
    'Event loop delay p99',
    'How late Node’s own timers are. Above 50 ms the process is out of processor time: everything else is slow because of it.',
    overTime(
      `clamp_min(max by (job, instance) (nodejs_eventloop_lag_p99_seconds{${OF_JOB}}) - ${EVENT_LOOP_SAMPLE_MS / 1_000}, 0)`,
      PER_REPLICA,
    ),
    { unit: 'seconds' },
  ),
  lines(
    'Processor time',
    'Cores that each replica uses. One process cannot use much more than one.',
    overTime(`${rate(`process_cpu_seconds_total{${OF_JOB}}`, 'job, instance')} ${OF_SERVICES}`, PER_REPLICA),
    { unit: 'share' },
  ),
  lines(
    'Memory',
    'Resident memory of each replica. A saw is fine; a slope that never falls is a leak.',
    overTime(`max by (job, instance) (process_resident_memory_bytes{${OF_JOB}}) ${OF_SERVICES}`, PER_REPLICA),
    { unit: 'bytes' },
  ),
);

/** Rate, errors, duration, saturation. */
export const services = () =>
  dashboard({
    uid: 'services',
    title: 'Services',
    description: 'Rate, errors, duration and saturation of each service. Choose services above.',
    variables: [choiceVariable('service', 'Service', `label_values(${state.expected}, job)`)],
    rows: [live, rateAndErrors, duration, logRow, saturation],
  });
