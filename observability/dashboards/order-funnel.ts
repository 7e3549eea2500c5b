import { grown, kept, keptIncrease, keptRate, mean, names, quantile, ratio } from '../prometheus/promql.ts';
import { lostPerInstance } from '../prometheus/rules/state-rules.ts';
import { correlator, flow } from '../shown-pattern.ts';
import { slos } from '../slo.ts';
import { dashboard, row } from './board/dashboard.ts';
import { linked, ofField } from './board/overrides.ts';
import { colour, thresholds } from './board/palette.ts';
import { toDashboard } from './board/panel.ts';
import { areas, bars, heatmap, lines, stat } from './board/panels.ts';
import { alertList, flowGraph, table } from './board/tables.ts';
import { asHeatmap, asTable, logTable, now, overTime, withExemplars } from './board/target.ts';
import { flowQuery } from './flow-query.ts';

const { ordersResolved, ordersWaiting, oldestWaiting, timeToReady } = names;
const stage = (name: string) => `${names.orderStage}{stage="${name}"}`;
const shareOfCreated = (name: string) => ratio(grown(stage(name)), grown(stage('created')));

const steps: readonly (readonly [stage: string, shown: string])[] = [
  ['created', 'created'],
  ...flow.requirements.map(({ stage }) => [stage, stage.replaceAll('_', ' ')] as const),
  ['ready', 'ready'],
  ['cancelled', 'cancelled'],
  ['timeout', 'timed out'],
];

/** Three of them side by side: their titles are whole on a narrow window, too. */
const answer = { width: 8, height: 3 };

const accounted = row(
  'Is every order accounted for?',
  stat(
    'Lost',
    'Orders that were created, but are neither decided nor waiting. Always 0, at every moment and through every crash: anything else is a bug. Open the runbook. Empty: the kitchen or its store does not answer.',
    now(`max(abs(${lostPerInstance}))`, 'lost'),
    { ...answer, thresholds: thresholds.exactlyZero, runbook: ['FunnelOutOfBalance', 'NoData'] },
  ),
  stat(
    'Waiting now',
    'Orders for which the kitchen waits for at least one event. It swings with the load and goes back to 0 when that ends; if it only climbs, see what they wait for.',
    now(kept(ordersWaiting), 'waiting'),
    { ...answer, runbook: ['OrdersWaitingGrowing'] },
  ),
  stat(
    'Oldest waiting',
    'Age of the order that has waited longest. It ends at the deadline (30 s in the demo) by a timeout; well beyond that the kitchen does not decide. Look at the stuck orders below.',
    now(`max(${oldestWaiting}{service="${correlator}"})`, 'oldest'),
    { ...answer, unit: 'seconds', decimals: 1, runbook: ['OrderOverdue'] },
  ),
  stat(
    'Timeout rate',
    'Of the orders that ended in this time range, the share that timed out because an event never came. "Missing at a timeout" on the Correlation dashboard names the service.',
    now(ratio(keptIncrease(`${ordersResolved}{outcome="timeout"}`), keptIncrease(ordersResolved)), 'timed out'),
    {
      ...answer,
      unit: 'share',
      decimals: 1,
      thresholds: thresholds.fewerIsBetter(1 - slos.ordersDecided.objective, 0.05),
      noValue: 'no orders',
      runbook: ['SloBurnFast'],
      links: [toDashboard('correlation', 'Correlation')],
    },
  ),
  stat(
    'Time to all events',
    'Mean time from placing an order until the last of its three events has come. When it rises, the Bottleneck dashboard tells which event comes last.',
    now(mean(timeToReady), 'mean'),
    {
      ...answer,
      unit: 'seconds',
      decimals: 2,
      noValue: 'none ready',
      links: [toDashboard('bottleneck', 'Bottleneck')],
    },
  ),
  stat(
    'Became ready',
    'Of the orders created in this time range, the share that became ready. The rest was cancelled for a reason (card, stock, chef), timed out, or still waits.',
    now(shareOfCreated('ready'), 'ready'),
    { ...answer, unit: 'share', decimals: 1, noValue: 'no orders' },
  ),
);

const funnel = row(
  'How far do orders get?',
  bars(
    'Funnel',
    'Orders that reached each stage in this time range, in whole numbers. Paid, reserved and chef assigned happen side by side; ready needs all three. A short bar names the step at which orders end.',
    steps.map(([name, shown]) => now(grown(stage(name)), shown)),
    { width: 12, noValue: '0' },
  ),
  bars(
    'Conversion per step',
    'The same as a share of the orders created. Payment, stock and chef below 100 % are refusals; ready below the lowest of them means that events got lost on the way.',
    steps.slice(1).map(([name, shown]) => now(shareOfCreated(name), shown)),
    {
      width: 12,
      unit: 'share',
      max: 1,
      noValue: 'no orders',
    },
  ),
  areas(
    'Waiting for what',
    'Orders that wait, by what they wait for. One colour that grows names the service that does not deliver; a flat band that ends after 30 s is orders on their way to a timeout.',
    overTime(kept(ordersWaiting, 'missing'), '{{missing}}'),
    { runbook: ['OrdersWaitingGrowing'] },
  ),
  lines(
    'Orders per second',
    'Created beside how they ended. The lines for created and the sum of the others run together; a gap between them is orders piling up.',
    [overTime(keptRate(stage('created')), 'created'), overTime(keptRate(ordersResolved, 'outcome'), '{{outcome}}')],
    { unit: 'perSecond' },
  ),
  lines(
    'Time to ready',
    'From placing an order to ready: half of them, 95 of 100, 99 of 100. The dashed line is what we promise for 95 %. A dot is one order: click it to see its trace.',
    [0.5, 0.95, 0.99].map((q) => withExemplars(quantile(q, timeToReady), `p${q * 100}`)),
    {
      width: 24,
      unit: 'seconds',
      thresholds: [colour.neutral, [slos.timeToReady.withinSeconds, colour.timeout]],
      runbook: ['SloBurnFast'],
    },
  ),
);

const STUCK = `topk(20, max by (order_id, missing) (max_over_time({service_name="${correlator}"} | decision="stuck" | unwrap waiting_s [12s])))`;

const stuck = row(
  'Where does it stick?',
  heatmap(
    'Time to ready, every order',
    'Each column is a moment, each row a time to ready, darker is more orders. A second band is a second cause (a slow bank). A dot is one order: click it to see its trace.',
    asHeatmap(timeToReady),
    { width: 24 },
  ),
  table(
    { order_id: 'order', missing: 'waits for', 'Value #A': 'waited' },
    {
      title: 'Stuck orders',
      description:
        'The 20 orders that have waited longest, what for, and for how long (a line that the kitchen logs every 5 s). Click an order to see its trace and its log. Empty is good.',
      targets: logTable(STUCK),
      noValue: 'no order waits',
      overrides: [
        linked('order', 'Show this order', `/d/one-order?var-order=\${__value.raw}&\${__url_time_range}`),
        ofField('waited', 'unit', 's'),
      ],
      runbook: ['OrderOverdue'],
    },
  ),
  flowGraph({
    title: 'Who sends events to whom',
    description:
      'Events per second along each edge, from the publisher to each service that took them. A missing edge is a reaction that does not happen.',
    targets: asTable(flowQuery()),
    unit: 'perSecond',
  }),
  alertList(
    'What fires now or is about to. Each has a page in the Runbook dashboard: what it means, what to type first, how to see that it is mended.',
    24,
  ),
);

/** Home. */
export const orderFunnel = () =>
  dashboard({
    uid: 'order-funnel',
    title: 'Order funnel',
    description: 'How many orders come in, how far they get, what they wait for, and whether one was lost.',
    rows: [accounted, funnel, stuck],
  });
