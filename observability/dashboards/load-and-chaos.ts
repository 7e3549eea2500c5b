import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import { errorRatio } from '../prometheus/rules/slo-rules.ts';
import { slos } from '../slo.ts';
import { dashboard } from './board/dashboard.ts';
import { coloured } from './board/overrides.ts';
import { thresholds, unit } from './board/palette.ts';
import { areas, lines, stat } from './board/panels.ts';
import { kept, keptRate, quantile } from './board/promql.ts';
import { runbook } from './board/runbook-links.ts';
import { alertList } from './board/tables.ts';
import { now, overTime } from './board/target.ts';

const { orderStage, ordersResolved, ordersWaiting, timeToReady, httpSeconds, chaosInjected } = metrics;
const budgets = Object.values(slos);
/** 1: exactly as fast as the objective allows for ever. */
const burn = (name: string, objective: number, window: string) =>
  `${errorRatio(window)}{slo="${name}"} / ${Number((1 - objective).toPrecision(6))}`;
const NO_K6 = 'no load test';
/** k6 asks where orders stand, too: only what it posts is load. */
const POSTED = '{name="POST /orders"}';
/** How the orders that k6 follows to their end ended: its counters. */
const ENDS = ['ready', 'cancelled', 'timeout', 'lost'] as const;

/** What is done to the stack, beside what becomes of its orders. Chaos and load mark themselves on every panel. */
export const loadAndChaos = () =>
  dashboard({
    uid: 'load-and-chaos',
    title: 'Load and chaos',
    description: 'A load test or an experiment beside the funnel: what was done, and what the customers felt.',
    rows: [
      {
        title: 'Do we keep our promises?',
        panels: [
          ...budgets.map(({ name, title, objective, meaning }) =>
            stat({
              title,
              description: `${meaning} Promised: ${objective * 100} %. Shown: the share of good ones in the last 5 minutes.`,
              targets: [now(`1 - ${errorRatio('5m')}{slo="${name}"}`, 'good')],
              unit: unit.share,
              decimals: 2,
              width: 12,
              height: 3,
              thresholds: thresholds.moreIsBetter(1 - 14.4 * (1 - objective), objective),
              noValue: 'no events',
              links: runbook('SloBurnFast'),
            }),
          ),
          lines({
            title: 'How fast the error budgets burn',
            description:
              'Over 5 minutes. 1 is exactly what the objective allows for ever; at the dashed line (14.4) a month’s budget is gone in two days, and it pages.',
            targets: budgets.map(({ name, title, objective }) => overTime(burn(name, objective, '5m'), title)),
            min: 0,
            thresholds: thresholds.fewerIsBetter(1, 14.4),
            noValue: 'no events',
            links: runbook('SloBurnFast', 'SloBurnSlow', 'SloBurnDemo'),
          }),
          alertList({
            title: 'Alerts',
            description:
              'What fires now. During an experiment the alerts that it promises to raise appear here, and go when it ends.',
            height: 8,
          }),
        ],
      },
      {
        title: 'Load beside the funnel',
        panels: [
          lines({
            title: 'Asked for and created',
            description:
              'Requests per second that k6 sent, beside orders that the kitchen knows. When created stays below asked, the intake refuses or the stream is behind.',
            targets: [
              overTime(`sum(rate(k6_http_reqs_total${POSTED}[$__rate_interval]))`, 'asked by k6'),
              overTime(keptRate(`${orderStage.name}{stage="created"}`), 'created'),
              overTime(keptRate(ordersResolved.name, 'outcome'), '{{outcome}}'),
            ],
            unit: unit.perSecond,
            min: 0,
            overrides: coloured('created', 'ready', 'cancelled', 'timeout'),
          }),
          lines({
            title: 'What the customer waits',
            description:
              'p95 of an answer as k6 sees it and as the intake does, and of the time to ready. A gap between the first two is the machine, not the service.',
            targets: [
              overTime(`max(k6_http_req_duration_p95${POSTED})`, 'answer, seen by k6'),
              overTime(
                quantile(0.95, httpSeconds.name, { selector: '{route="POST /orders"}' }),
                'answer, at the intake',
              ),
              overTime(quantile(0.95, timeToReady.name), 'time to ready'),
              overTime('max(k6_time_to_ready_p95)', 'time to ready, followed by k6'),
            ],
            unit: unit.seconds,
            min: 0,
          }),
          stat({
            title: 'k6 users',
            description: 'Virtual users at work. Empty when no load test writes its numbers here.',
            targets: [now('max(k6_vus)', 'users')],
            width: 6,
            height: 8,
            noValue: NO_K6,
          }),
          stat({
            title: 'k6 dropped',
            description:
              'Requests that k6 dropped because all its users were waiting: the rate that you asked for was not reached.',
            targets: [now(`sum(k6_dropped_iterations_total) or 0 * max(k6_vus)`, 'dropped')],
            width: 6,
            height: 8,
            noValue: NO_K6,
          }),
          areas({
            title: 'Followed to their end',
            description:
              'Orders per second that k6 placed and followed, by how they ended. Lost: accepted, and not ended long after the deadline.',
            targets: ENDS.map((end) =>
              overTime(`sum(rate(k6_orders_${end}_total[$__rate_interval])) or 0 * max(k6_vus)`, end),
            ),
            unit: unit.perSecond,
            min: 0,
            noValue: NO_K6,
            overrides: coloured('ready', 'cancelled', 'timeout'),
          }),
          areas({
            width: 24,
            title: 'Answers by status',
            description:
              'What customers got from the intake. 503 with Retry-After is back-pressure: no order was lost, it was not taken.',
            targets: [
              overTime(
                `sum by (status) (rate(${httpSeconds.name}_count{route="POST /orders"}[$__rate_interval]))`,
                '{{status}}',
              ),
            ],
            unit: unit.perSecond,
            min: 0,
          }),
        ],
      },
      {
        title: 'Chaos',
        panels: [
          lines({
            title: 'Faults injected on purpose',
            description:
              'Faults that services injected into their messages and dependencies, per minute. 0 when no experiment runs.',
            targets: [overTime(`sum by (fault) (increase(${chaosInjected.name}[1m]))`, '{{fault}}')],
            min: 0,
          }),
          lines({
            title: 'Orders waiting',
            description:
              'How an experiment is felt: it climbs while something is broken, and must come back to 0 after.',
            targets: [overTime(kept(ordersWaiting.name), 'waiting')],
            min: 0,
            links: runbook('OrdersWaitingGrowing'),
          }),
        ],
      },
    ],
  });
