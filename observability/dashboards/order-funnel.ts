import {
  grown,
  kept,
  keptIncrease,
  keptRate,
  labelled,
  mean,
  names,
  perBucket,
  positive,
  quantile,
  RANGE,
  ratio,
} from '../prometheus/promql.ts';
import { lostPerInstance, state } from '../prometheus/rules/state-rules.ts';
import { correlators, flow } from '../shown-pattern.ts';
import { slos } from '../slo.ts';
import { dashboard, row } from './board/dashboard.ts';
import { linked, ofField, orderLink } from './board/overrides.ts';
import { colour, thresholds } from './board/palette.ts';
import { toDashboard } from './board/panel.ts';
import { areas, bars, heatmap, lines, stat } from './board/panels.ts';
import { flowGraph, table } from './board/tables.ts';
import { asHeatmap, asTable, logTable, now, overTime, withExemplars } from './board/target.ts';
import { edgesQuery, nodesQuery } from './flow-query.ts';

const { ordersResolved, ordersWaiting, oldestWaiting, timeToReady } = names;
const stage = (name: string) => `${names.orderStage}{stage="${name}"}`;
const ended = ['ready', 'cancelled', 'timeout'];
/** Created in the time range or waiting when it began: as many as have ended in it or wait now. */
const orders = [
  `max(max_over_time(${stage('created')}[${RANGE}]))`,
  ...ended.map((name) => `min(min_over_time(${stage(name)}[${RANGE}]))`),
].join(' - ');
const shareOfOrders = (name: string) => ratio(grown(stage(name)), orders);

/** `service`, `durable` …: whatever says whom an alert is about. */
const ABOUT = ['service', 'durable', 'slo', 'currency', 'limit', 'source', 'reason']
  .map((name) => `"${name}"`)
  .join(', ');
const ACTIVE = 'time() - ALERTS_FOR_STATE and ignoring (alertstate) ALERTS{alertstate="firing"}';
const FIRING = `label_replace(label_join(${ACTIVE}, "about", " ", ${ABOUT}), "about", "$1", "about", " *(.*?) *")`;
const NONE = labelled(`0 * count(${state.alert})`, { alertname: 'none', summary: 'No alert fires' });

const alarms = row(
  'Is anything wrong? What fires now; a click on an alert says what to do.',
  stat(
    'Alerts that fire',
    'Nothing is wrong while it is 0. Each alert in the table leads to its page of the runbook. Tickets, which can wait for days, are only listed.',
    now(`count(ALERTS{alertstate="firing", severity!="ticket"}) or 0 * count(${state.alert})`, 'firing'),
    { width: 4, height: 5, thresholds: [colour.good, [1, colour.bad]] },
  ),
  table(
    { alertname: 'alert', about: 'about', summary: 'what it means', Value: 'for', page: 'page' },
    {
      title: 'What fires',
      description: 'Click an alert: its page says what it means, what to type first, and how to see that it is over.',
      targets: asTable(
        `max by (alertname, about, summary, page) (${FIRING} * on (alertname) group_left (summary, page) ${state.alert}) or on () ${NONE}`,
      ),
      width: 20,
      height: 5,
      overrides: [
        linked('alert', 'Open its page of the runbook', `/d/runbook?viewPanel=\${__data.fields.page}`),
        ofField('what it means', 'custom.width', 700),
        ofField('for', 'unit', 's'),
        // The link alone needs it.
        ofField('page', 'custom.hideFrom.viz', true),
      ],
    },
  ),
);

/** Three of them side by side: their titles are whole on a narrow window, too. */
const answer = { width: 8, height: 3 };

const accounted = row(
  'Is every order accounted for? Each is ready, cancelled, timed out or still waiting: none is lost.',
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
    now(`max(${oldestWaiting}{service=~"${correlators}"})`, 'oldest'),
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
      noValue: 'not measured',
      links: [toDashboard('bottleneck', 'Bottleneck')],
    },
  ),
  stat(
    'Became ready',
    'Of the orders created in this time range, the share that became ready. The rest was cancelled for a reason (card, stock, chef), timed out, or still waits.',
    now(shareOfOrders('ready'), 'ready'),
    { ...answer, unit: 'share', decimals: 1, noValue: 'no orders' },
  ),
);

const funnel = row(
  'How far do orders get? Payment, stock and chef work at the same time; an order is ready when all three said yes.',
  bars(
    'Funnel',
    'All orders of this time range, and where they are: the four lower bars add up to the first. Those that waited when the time range began are among them. A long bar below "ready" names how orders end.',
    [
      now(orders, 'created'),
      ...ended.map((name) => now(grown(stage(name)), name === 'timeout' ? 'timed out' : name)),
      now(kept(ordersWaiting), 'waiting'),
    ],
    { width: 12, noValue: 'unknown' },
  ),
  bars(
    'Three steps, side by side',
    'Of these orders, the share that was paid, reserved and given a chef: all at once, in no order. Below 100 % are refusals; "ready" below the lowest of them means that events got lost on the way.',
    flow.requirements.map(({ stage: name }) => now(shareOfOrders(name), name.replaceAll('_', ' '))),
    { width: 12, unit: 'share', decimals: 1, max: 1, sideBySide: true, noValue: 'no orders' },
  ),
  areas(
    'Waiting for what',
    'Orders that wait, by what they wait for. One colour that grows names the service that does not deliver; a flat band that ends after 30 s is orders on their way to a timeout. Grey waits for several.',
    overTime(positive(kept(ordersWaiting, 'missing'), kept(ordersWaiting), 'missing'), '{{missing}}'),
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
    'From placing an order to ready, over a minute: half of them, 95 of 100, 99 of 100. The dashed line is what we promise for 95 %. A dot is one order: click it to see its trace.',
    [0.5, 0.95, 0.99].map((q) => withExemplars(quantile(q, timeToReady), `p${q * 100}`)),
    {
      width: 24,
      unit: 'seconds',
      thresholds: [colour.neutral, [slos.timeToReady.withinSeconds, colour.timeout]],
      runbook: ['SloBurnFast'],
    },
  ),
);

/** Twice what an order may take is not usual. */
const STUCK_SECONDS = 2 * slos.timeToReady.withinSeconds;
const WAITED = `max by (order_id, missing, trace_id) (max_over_time({service_name=~"${correlators}"} | decision="stuck" | unwrap waiting_s [12s]))`;

const stuck = row(
  'Where does it stick? Orders that took long or still wait, and between which services events flow.',
  heatmap(
    'Time to ready, every order',
    'Each column is a moment, each row a time to ready up to two minutes; the scale below says which colour is how many orders. A second band is a second cause (a slow bank). A dot is one order: click it to see its trace.',
    asHeatmap(perBucket(timeToReady, '{le!~"0.001|0.0025|0.005|300|600|1800"}')),
    { width: 24 },
  ),
  table(
    { order_id: 'order', missing: 'waits for', 'Value #A': 'waited', trace_id: 'trace' },
    {
      title: 'Stuck orders',
      description: `Orders that have waited for more than ${STUCK_SECONDS} s, the longest first: what for, and for how long (a line that the kitchen logs every 5 s). Click an order to see its trace and its log. Empty is good.`,
      targets: logTable(`topk(20, ${WAITED} > ${STUCK_SECONDS})`),
      noValue: 'no order is stuck',
      overrides: [
        linked('order', 'Show this order', orderLink),
        ofField('trace', 'custom.hideFrom.viz', true),
        ofField('waited', 'unit', 's'),
      ],
      runbook: ['OrderOverdue'],
    },
    'waited',
  ),
  flowGraph({
    title: 'Who sends events to whom',
    description:
      'From left to right: events per second from each publisher to each service that took them. Red: some of its deliveries fail. A missing edge is a reaction that does not happen.',
    targets: [
      { ...asTable(nodesQuery()), refId: 'nodes' },
      { ...asTable(edgesQuery()), refId: 'edges' },
    ],
  }),
);

/** Home. */
export const orderFunnel = () =>
  dashboard({
    uid: 'order-funnel',
    title: 'Order funnel',
    description: 'How many orders come in, how far they get, what they wait for, and whether one was lost.',
    from: 'now-5m',
    rows: [alarms, accounted, funnel, stuck],
  });
