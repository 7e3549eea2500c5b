import { increase, mean, names, perBucket, quantile, RANGE, shareOf } from '../prometheus/promql.ts';
import { dashboard, row } from './board/dashboard.ts';
import { thresholds } from './board/palette.ts';
import { toDashboard } from './board/panel.ts';
import { bars, heatmap, lines, stat } from './board/panels.ts';
import { asHeatmap, now, overTime, withExemplars } from './board/target.ts';

const { processing, eventAge, joinWait, consumerPending, httpSeconds, publishSeconds, storeSeconds } = names;
const p95Of = (metric: string, by: string) => quantile(0.95, metric, { labels: by, window: RANGE });
const readyByLast = increase(`${joinWait}_count`, 'last');

const who = row(
  'Who holds orders up? An order is ready when the last of its three events has come: find who sends it.',
  stat(
    'Slowest service',
    'The service whose slowest 5 % of steps take longest. Its row in the panels below says at which event.',
    now(`topk(1, ${p95Of(processing, 'service')})`, '{{service}}'),
    { named: true, unit: 'seconds', noValue: 'no events' },
  ),
  stat(
    'Comes last most often',
    'The event that most orders waited for last. Make this one faster: no other gain is felt by a customer.',
    now(`topk(1, ${shareOf(readyByLast, increase(`${joinWait}_count`))})`, '{{last}}'),
    { named: true, unit: 'share', noValue: 'not measured' },
  ),
  stat(
    'Mean wait for the last',
    'From the first contribution at the kitchen to ready: what the join itself costs an order.',
    now(mean(joinWait), 'mean'),
    { unit: 'seconds', noValue: 'not measured' },
  ),
  stat(
    'Longest queue',
    'The durable with most messages not delivered yet. Near 0: the services keep up, and time is spent working. High: add replicas of its service.',
    now(`topk(1, max by (durable) (${consumerPending}))`, '{{durable}}'),
    { named: true, thresholds: thresholds.fewerIsBetter(100, 5000), runbook: ['ConsumerStalled'] },
  ),
);

const why = row(
  'Working slowly, or waiting? A long step is slow work; an old event in a short step has waited in a queue.',
  bars(
    'Processing p95 by service',
    'How long the slowest 5 % of steps take, per service, in this time range. Compare with the age of events beside it: a small step but an old event means that it waited in a queue.',
    now(`sort_desc(${p95Of(processing, 'service')})`, '{{service}}'),
    { unit: 'seconds', noValue: 'no events' },
  ),
  bars(
    'Age of events p95 by service',
    'From the moment an event says it occurred until it was taken: queue and work together.',
    now(`sort_desc(${p95Of(eventAge, 'service')})`, '{{service}}'),
    { unit: 'seconds', noValue: 'no events' },
  ),
  bars(
    'Which event comes last',
    'Orders that became ready, by the requirement that was fulfilled last. One long bar is the bottleneck; even bars mean that none stands out.',
    now(`round(${readyByLast})`, '{{last}}'),
    { noValue: '0' },
  ),
  lines(
    'Processing latency per service',
    'p95 of one step over time. A dot is one event: click it to see its trace.',
    withExemplars(quantile(0.95, processing, { labels: 'service' }), '{{service}}'),
    { unit: 'seconds', links: [toDashboard('services', 'Services')] },
  ),
  lines(
    'Wait for the last event',
    'p95 from the first contribution to ready, by which came last. The highest line names the slowest of the three.',
    withExemplars(quantile(0.95, joinWait, { labels: 'last' }), 'waited for {{last}}'),
    { unit: 'seconds' },
  ),
  heatmap(
    'One step, every event',
    'All services together. Two bands are two kinds of work; a band that climbs is something filling up.',
    asHeatmap(perBucket(processing)),
  ),
  lines(
    'Where a step spends its time',
    'p95 of what a step waits for: its calls of the store, the acknowledgement of what it publishes, and the answer of the intake. The highest is what to look at next.',
    [
      overTime(quantile(0.95, storeSeconds), 'store call'),
      overTime(quantile(0.95, publishSeconds), 'publish to PubAck'),
      overTime(quantile(0.95, httpSeconds), 'HTTP answer'),
    ],
    { unit: 'seconds', links: [toDashboard('backbone', 'Backbone')] },
  ),
  lines(
    'Queues',
    'Messages stored and not delivered yet, per service, whether it runs or not. A queue that grows while its service is not busy is stalled.',
    overTime(`max by (durable) (${consumerPending})`, '{{durable}}'),
    { width: 24, runbook: ['ConsumerStalled'] },
  ),
);

/** Which service, and which event. */
export const bottleneck = () =>
  dashboard({
    uid: 'bottleneck',
    title: 'Bottleneck',
    description: 'Which service is slowest, which event comes last, and whether it works slowly or waits in a queue.',
    rows: [who, why],
  });
