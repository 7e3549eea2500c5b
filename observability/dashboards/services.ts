import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import { dashboard, serviceVariable } from './board/dashboard.ts';
import { coloured } from './board/overrides.ts';
import { colour, thresholds, unit } from './board/palette.ts';
import { areas, lines, stat } from './board/panels.ts';
import { increase, positive, rate, ratio } from './board/promql.ts';
import { runbook } from './board/runbook-links.ts';
import { now, overTime } from './board/target.ts';
import { duration, OF_JOB, OF_SERVICE, saturation } from './services-rows.ts';

const { processing, eventsPublished, eventFailures } = metrics;
const FAILURES = `${eventFailures.name}{${OF_SERVICE}}`;
const failed = rate(`${processing.name}_count{${OF_SERVICE}, outcome=~"retry|invalid|dead_letter"}`, '', '$__range');

/** Rate, errors, duration, saturation. */
export const services = () =>
  dashboard({
    uid: 'services',
    title: 'Services',
    description: 'Rate, errors, duration and saturation of each service. Choose services above.',
    variables: [serviceVariable],
    rows: [
      {
        title: 'Do they live?',
        panels: [
          stat({
            title: 'Replicas that answer',
            named: true,
            description:
              'Replicas whose last scrape succeeded, per service. A service that is missing here is down, or was never started.',
            targets: [now(`sum by (job) (up{${OF_JOB}})`, '{{job}}')],
            width: 16,
            thresholds: [colour.bad, [1, colour.good]],
            noValue: 'none answers',
            links: runbook('ServiceDown'),
          }),
          stat({
            title: 'Failed deliveries',
            description:
              'Of all deliveries in this time range, the share that failed: to be tried again, or dead-lettered. Refusals are no failures.',
            targets: [now(ratio(failed, rate(`${processing.name}_count{${OF_SERVICE}}`, '', '$__range')), 'failed')],
            unit: unit.share,
            decimals: 2,
            width: 8,
            thresholds: thresholds.fewerIsBetter(0.001, 0.01),
            noValue: 'no events',
            links: runbook('DeadLetters'),
          }),
        ],
      },
      {
        title: 'Rate and errors',
        panels: [
          lines({
            title: 'Events taken per second',
            description:
              'Deliveries handled, per service. When orders come in but a line is at 0, that service does not consume.',
            targets: [overTime(rate(`${processing.name}_count{${OF_SERVICE}}`, 'service'), '{{service}}')],
            unit: unit.perSecond,
            min: 0,
            links: runbook('ConsumerStalled'),
          }),
          areas({
            title: 'Events by how they ended',
            description: 'Green counted. Orange is to be tried again, red was dead-lettered.',
            targets: [overTime(rate(`${processing.name}_count{${OF_SERVICE}}`, 'outcome'), '{{outcome}}')],
            unit: unit.perSecond,
            min: 0,
            overrides: coloured('ok', 'duplicate', 'late', 'conflict', 'rejected', 'retry', 'invalid', 'dead_letter'),
          }),
          lines({
            width: 24,
            title: 'Events published per second',
            description:
              'What the stream stored, by type. A type that stops while its cause goes on is a reaction that is missing.',
            targets: [overTime(rate(`${eventsPublished.name}{${OF_SERVICE}}`, 'type'), '{{type}}')],
            unit: unit.perSecond,
            min: 0,
          }),
          lines({
            width: 24,
            title: 'Failures by reason',
            description: 'fault: a try that is repeated. Any other is why a message was dead-lettered at once.',
            targets: [
              overTime(
                positive(increase(FAILURES, 'service, reason', '1m'), increase(FAILURES, '', '1m'), 'reason'),
                '{{service}} {{reason}}',
              ),
            ],
            min: 0,
            links: runbook('DeadLetters'),
          }),
        ],
      },
      duration,
      saturation,
    ],
  });
