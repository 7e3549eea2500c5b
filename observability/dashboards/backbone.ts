import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import { store, telemetry } from './backbone-rows.ts';
import { dashboard } from './board/dashboard.ts';
import { colour, thresholds, unit } from './board/palette.ts';
import { lines, stat } from './board/panels.ts';
import { positive, quantile } from './board/promql.ts';
import { runbook } from './board/runbook-links.ts';
import { now, overTime } from './board/target.ts';

const { deadLettersPending, scrapeErrors, publishSeconds } = metrics;
const { consumerPending, consumerAckPending, consumerRedelivered } = metrics;

const perDurable = (title: string, description: string, metric: string) =>
  lines({
    title,
    description,
    targets: [overTime(positive(`max by (durable) (${metric})`, `max(${metric})`, 'durable'), '{{durable}}')],
    min: 0,
    width: 8,
    links: runbook('ConsumerStalled'),
  });

/** What everything stands on: JetStream, Redis, the collector. */
export const backbone = () =>
  dashboard({
    uid: 'backbone',
    title: 'Backbone',
    description: 'JetStream, its consumers and dead letters, the store, and the way of the telemetry itself.',
    rows: [
      {
        title: 'Does it hold?',
        panels: [
          stat({
            title: 'Dead letters kept',
            description:
              'Messages that a service gave up, kept by the broker with the reason. Each needs a decision: open the runbook.',
            targets: [now(`sum(max by (service) (${deadLettersPending.name}))`, 'kept')],
            width: 6,
            thresholds: thresholds.fewerIsBetter(1, 10),
            noValue: 'unknown',
            links: runbook('DeadLetters'),
          }),
          stat({
            title: 'Not delivered yet',
            description:
              'Messages that the stream holds for a consumer that has not taken them. Near 0 when services keep up.',
            targets: [now(`sum(max by (durable) (${consumerPending.name}))`, 'pending')],
            width: 6,
            noValue: 'unknown',
            links: runbook('ConsumerStalled'),
          }),
          stat({
            title: 'Not acknowledged yet',
            description:
              'Messages that services have taken and are not done with: what follows from them is not committed, or not published. More than a few for more than a moment: the store or the broker is away or slow.',
            targets: [now(`sum(max by (durable) (${consumerAckPending.name}))`, 'taken, not acknowledged')],
            width: 6,
            thresholds: thresholds.fewerIsBetter(100, 1000),
            noValue: 'unknown',
            links: runbook('DependencyAway'),
          }),
          stat({
            title: 'Scrape gaps',
            description:
              'How often a service got no answer from its store or the broker when it was asked for its numbers, in this time range.',
            targets: [now(`round(sum by (source) (increase(${scrapeErrors.name}[$__range])))`, '{{source}}')],
            width: 6,
            thresholds: [colour.good, [1, colour.warning]],
            noValue: 'unknown',
            links: runbook('DependencyAway'),
          }),
        ],
      },
      {
        title: 'JetStream consumers',
        panels: [
          perDurable(
            'Not delivered',
            'Stored and waiting, per durable. A line that climbs: its service is too slow, or stalled. No line: nothing waits.',
            consumerPending.name,
          ),
          perDurable(
            'Delivered, not acknowledged',
            'In the hands of a service. At 4096 JetStream stops delivering to that service.',
            consumerAckPending.name,
          ),
          perDurable(
            'Delivered again',
            'Of those not acknowledged, delivered more than once: a handler failed, took too long, or its process died.',
            consumerRedelivered.name,
          ),
          lines({
            title: 'Publish to PubAck',
            description: 'p50 and p95 until the stream has stored an event. The broker’s disk speaks here.',
            targets: [0.5, 0.95].map((q) => overTime(quantile(q, publishSeconds.name), `p${q * 100}`)),
            unit: unit.seconds,
            min: 0,
          }),
          lines({
            title: 'Dead letters',
            description: 'Kept per service. It falls when they are sent again, or forgotten after their retention.',
            targets: [overTime(`max by (service) (${deadLettersPending.name})`, '{{service}}')],
            min: 0,
            links: runbook('DeadLetters'),
          }),
        ],
      },
      store,
      telemetry,
    ],
  });
