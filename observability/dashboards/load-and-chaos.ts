import { kept, keptRate, names, quantile, rate } from '../prometheus/promql.ts';
import { errorRatio } from '../prometheus/rules/slo-rules.ts';
import { slos } from '../slo.ts';
import { choiceVariable, dashboard, row } from './board/dashboard.ts';
import { ofField } from './board/overrides.ts';
import { colour, thresholds } from './board/palette.ts';
import { areas, lines, stat } from './board/panels.ts';
import { alertList } from './board/tables.ts';
import { now, overTime } from './board/target.ts';
import { loadRuns, OF_RUN, POSTED } from './load-runs.ts';

const { orderStage, ordersResolved, ordersWaiting, timeToReady, httpSeconds, chaosInjected } = names;
const budgets = Object.values(slos);
/** 1: exactly as fast as the objective allows for ever. */
const burn = (name: string, objective: number) =>
  `${errorRatio('5m')}{slo="${name}"} / ${Number((1 - objective).toPrecision(6))}`;
const NO_K6 = 'no load test';
const AT_INTAKE = '{route="POST /orders"}';
/** How the orders that k6 follows to their end ended: its counters. */
const ENDS = ['ready', 'cancelled', 'timeout', 'lost'] as const;

const promises = row(
  'Do we keep our promises? Below its objective a tile is yellow; red spends the error budget too fast.',
  ...budgets.map(({ name, title, objective, meaning }) =>
    stat(
      title,
      `${meaning} Promised: ${objective * 100} %. Shown: the share of good ones in the last 5 minutes.`,
      now(`1 - ${errorRatio('5m')}{slo="${name}"}`, 'good'),
      {
        unit: 'share',
        decimals: 2,
        width: 12,
        height: 3,
        thresholds: thresholds.moreIsBetter(1 - 14.4 * (1 - objective), objective),
        noValue: 'no events',
        runbook: ['SloBurnFast'],
      },
    ),
  ),
  lines(
    'How fast the error budgets burn',
    'Over 5 minutes. 1 is exactly what the objective allows for ever; at the dashed line (14.4) a month’s budget is gone in two days, and it pages.',
    budgets.map(({ name, title, objective }) => overTime(burn(name, objective), title)),
    {
      thresholds: thresholds.fewerIsBetter(1, 14.4),
      noValue: 'no events',
      runbook: ['SloBurnFast', 'SloBurnSlow', 'SloBurnDemo'],
    },
  ),
  alertList(
    'What fires now. During an experiment the alerts that it promises to raise appear here, and go when it ends.',
    12,
  ),
);

const load = row(
  'What did a load test ask for, and get? Choose its run above; the lines compare it with the funnel.',
  loadRuns,
  lines(
    'Asked for and created',
    'Requests per second that k6 sent, beside orders that the kitchen knows. When created stays below asked, the intake refuses or the stream is behind.',
    [
      overTime(`sum(rate(k6_http_reqs_total{${POSTED}}[$__rate_interval]))`, 'asked by k6'),
      overTime(keptRate(`${orderStage}{stage="created"}`), 'created'),
      overTime(keptRate(ordersResolved, 'outcome'), '{{outcome}}'),
    ],
    { unit: 'perSecond', overrides: [ofField('asked by k6', 'color', { mode: 'fixed', fixedColor: colour.neutral })] },
  ),
  lines(
    'What the customer waits',
    'p95 of an answer as k6 sees it and as the intake does, and of the time to ready. A gap between the first two is the machine, not the service.',
    [
      overTime(`max(k6_http_req_duration_p95{${POSTED}})`, 'answer, seen by k6'),
      overTime(quantile(0.95, httpSeconds, { selector: AT_INTAKE }), 'answer, at the intake'),
      overTime(quantile(0.95, timeToReady), 'time to ready'),
      overTime(`max(k6_time_to_ready_p95{${OF_RUN}})`, 'time to ready, followed by k6'),
    ],
    { unit: 'seconds' },
  ),
  areas(
    'Followed to their end',
    'Orders per second that k6 placed and followed, by how they ended. Lost: accepted, and not ended long after the deadline.',
    ENDS.map((end) =>
      overTime(`sum(rate(k6_orders_${end}_total{${OF_RUN}}[$__rate_interval])) or 0 * max(k6_vus{${OF_RUN}})`, end),
    ),
    { unit: 'perSecond', noValue: NO_K6 },
  ),
  areas(
    'Answers by status',
    'What customers got from the intake. 503 with Retry-After is back-pressure: no order was lost, it was not taken.',
    overTime(rate(`${httpSeconds}_count${AT_INTAKE}`, 'status'), '{{status}}'),
    { unit: 'perSecond' },
  ),
);

const chaos = row(
  'What was broken on purpose? Experiments inject faults and mark their time on every panel.',
  lines(
    'Faults injected on purpose',
    'Faults that services injected into their messages and dependencies, per minute. 0 when no experiment runs.',
    overTime(`sum by (fault) (increase(${chaosInjected}[1m]))`, '{{fault}}'),
  ),
  lines(
    'Orders waiting',
    'How an experiment is felt: it climbs while something is broken, and must come back to 0 after.',
    overTime(kept(ordersWaiting), 'waiting'),
    { runbook: ['OrdersWaitingGrowing'] },
  ),
);

/** What is done to the stack, beside what becomes of its orders. Chaos and load mark themselves on every panel. */
export const loadAndChaos = () =>
  dashboard({
    uid: 'load-and-chaos',
    title: 'Load and chaos',
    description: 'A load test or an experiment beside the funnel: what was done, and what the customers felt.',
    // A run stays in sight for a while after its end.
    from: 'now-1h',
    variables: [choiceVariable('testid', 'Load test', 'label_values(k6_vus, testid)')],
    rows: [promises, load, chaos],
  });
