import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import { dashboard } from './board/dashboard.ts';
import { thresholds, unit } from './board/palette.ts';
import { bars, heatmap, lines, stat } from './board/panels.ts';
import { increase, kept, mean, quantile, RANGE, shareOf } from './board/promql.ts';
import { runbook, toDashboard } from './board/runbook-links.ts';
import { asHeatmap, now, overTime, withExemplars } from './board/target.ts';

const { processing, eventAge, joinWait, consumerPending, httpSeconds, publishSeconds, storeSeconds } = metrics;
const slowest = (by: string) => `topk(1, ${quantile(0.95, processing.name, { labels: by, window: RANGE })})`;
const last = (window = RANGE) => increase(`${joinWait.name}_count`, 'last', window);

/** Which service, and which event. */
export const bottleneck = () =>
  dashboard({
    uid: 'bottleneck',
    title: 'Bottleneck',
    description: 'Which service is slowest, which event comes last, and whether it works slowly or waits in a queue.',
    rows: [
      {
        title: 'Who holds orders up?',
        panels: [
          stat({
            title: 'Slowest service',
            named: true,
            description:
              'The service whose slowest 5 % of steps take longest. Its row in the panels below says at which event.',
            targets: [now(slowest('service'), '{{service}}')],
            unit: unit.seconds,
            width: 6,
            noValue: 'no events',
          }),
          stat({
            title: 'Comes last most often',
            named: true,
            description:
              'The event that most orders waited for last. Make this one faster: no other gain is felt by a customer.',
            targets: [now(`topk(1, ${shareOf(last(), increase(`${joinWait.name}_count`))})`, '{{last}}')],
            unit: unit.share,
            width: 6,
            noValue: 'none ready',
          }),
          stat({
            title: 'Mean wait for the last',
            description: 'From the first contribution at the kitchen to ready: what the join itself costs an order.',
            targets: [now(mean(joinWait.name, { window: RANGE }), 'mean')],
            unit: unit.seconds,
            width: 6,
            noValue: 'none ready',
          }),
          stat({
            title: 'Longest queue',
            named: true,
            description:
              'The durable with most messages not delivered yet. Near 0: the services keep up, and time is spent working. High: add replicas of its service.',
            targets: [now(`topk(1, max by (durable) (${consumerPending.name}))`, '{{durable}}')],
            width: 6,
            noValue: 'unknown',
            thresholds: thresholds.fewerIsBetter(100, 5000),
            links: runbook('ConsumerStalled'),
          }),
        ],
      },
      {
        title: 'Working slowly, or waiting?',
        panels: [
          bars({
            title: 'Processing p95 by service',
            description:
              'How long the slowest 5 % of steps take, per service, in this time range. Compare with the age of events beside it: a small step but an old event means that it waited in a queue.',
            targets: [
              now(`sort_desc(${quantile(0.95, processing.name, { labels: 'service', window: RANGE })})`, '{{service}}'),
            ],
            unit: unit.seconds,
            noValue: 'no events',
          }),
          bars({
            title: 'Age of events p95 by service',
            description: 'From the moment an event says it occurred until it was taken: queue and work together.',
            targets: [
              now(`sort_desc(${quantile(0.95, eventAge.name, { labels: 'service', window: RANGE })})`, '{{service}}'),
            ],
            unit: unit.seconds,
            noValue: 'no events',
          }),
          bars({
            title: 'Which event comes last',
            description:
              'Orders that became ready, by the requirement that was fulfilled last. One long bar is the bottleneck; even bars mean that none stands out.',
            targets: [now(`round(${last()})`, '{{last}}')],
            noValue: '0',
          }),
          lines({
            title: 'Processing latency per service',
            description: 'p95 of one step over time. A dot is one event: click it to see its trace.',
            targets: [withExemplars(quantile(0.95, processing.name, { labels: 'service' }), '{{service}}')],
            unit: unit.seconds,
            min: 0,
            links: [toDashboard('services', 'Services')],
          }),
          lines({
            title: 'Wait for the last event',
            description:
              'p95 from the first contribution to ready, by which came last. The highest line names the slowest of the three.',
            targets: [withExemplars(quantile(0.95, joinWait.name, { labels: 'last' }), 'waited for {{last}}')],
            unit: unit.seconds,
            min: 0,
          }),
          heatmap({
            title: 'One step, every event',
            description:
              'All services together. Two bands are two kinds of work; a band that climbs is something filling up.',
            targets: [asHeatmap(`sum by (le) (increase(${processing.name}_bucket[$__rate_interval]))`)],
            unit: unit.seconds,
          }),
          lines({
            title: 'Where a step spends its time',
            description:
              'p95 of what a step waits for: its calls of the store, the acknowledgement of what it publishes, and the answer of the intake. The highest is what to look at next.',
            targets: [
              overTime(quantile(0.95, storeSeconds.name), 'store call'),
              overTime(quantile(0.95, publishSeconds.name), 'publish to PubAck'),
              overTime(quantile(0.95, httpSeconds.name), 'HTTP answer'),
            ],
            unit: unit.seconds,
            min: 0,
            links: [toDashboard('backbone', 'Backbone')],
          }),
          lines({
            title: 'Queues',
            description:
              'Messages stored and not delivered yet, per service. A queue that grows while its service is not busy is stalled.',
            targets: [overTime(kept(consumerPending.name, 'service'), '{{service}}')],
            min: 0,
            width: 24,
            links: runbook('ConsumerStalled'),
          }),
        ],
      },
    ],
  });
