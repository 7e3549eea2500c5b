import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import { lostPerInstance } from '../prometheus/rules/state-rules.ts';
import { slos } from '../slo.ts';
import type { Row } from './board/dashboard.ts';
import { coloured } from './board/overrides.ts';
import { colour, thresholds, unit } from './board/palette.ts';
import { areas, bars, lines, stat } from './board/panels.ts';
import { grown, kept, keptIncrease, keptRate, mean, quantile, RANGE, ratio } from './board/promql.ts';
import { runbook, toDashboard } from './board/runbook-links.ts';
import { now, overTime, withExemplars } from './board/target.ts';

const { orderStage, ordersResolved, ordersWaiting, oldestWaiting, timeToReady } = metrics;
const stage = (name: string) => `${orderStage.name}{stage="${name}"}`;
const resolved = (selector = '') => `${ordersResolved.name}${selector}`;

const steps: readonly (readonly [stage: string, shown: string])[] = [
  ['created', 'created'],
  ...pizzaFlow.requirements.map((requirement): [string, string] => [
    requirement.stage,
    requirement.stage.replaceAll('_', ' '),
  ]),
  ['ready', 'ready'],
  ['cancelled', 'cancelled'],
  ['timeout', 'timed out'],
];

/** Three of them side by side: their titles are whole on a narrow window, too. */
const answer = { width: 8, height: 3 } as const;

export const answers: Row = {
  title: 'Is every order accounted for?',
  panels: [
    stat({
      ...answer,
      title: 'Lost',
      description:
        'Orders that were created, but are neither decided nor waiting. Always 0, at every moment and through every crash: anything else is a bug. Open the runbook. Empty: the kitchen or its store does not answer.',
      targets: [now(`max(abs(${lostPerInstance}))`, 'lost')],
      thresholds: thresholds.exactlyZero,
      noValue: 'unknown',
      links: runbook('FunnelOutOfBalance', 'NoData'),
    }),
    stat({
      ...answer,
      title: 'Waiting now',
      description:
        'Orders for which the kitchen waits for at least one event. It swings with the load and goes back to 0 when that ends; if it only climbs, see what they wait for.',
      targets: [now(kept(ordersWaiting.name), 'waiting')],
      noValue: 'unknown',
      links: runbook('OrdersWaitingGrowing'),
    }),
    stat({
      ...answer,
      title: 'Oldest waiting',
      description:
        'Age of the order that has waited longest. It ends at the deadline (30 s in the demo) by a timeout; well beyond that the kitchen does not decide. Look at the stuck orders below.',
      targets: [now(`max(${oldestWaiting.name}{service="kitchen-service"})`, 'oldest')],
      unit: unit.seconds,
      decimals: 1,
      noValue: 'unknown',
      links: runbook('OrderOverdue'),
    }),
    stat({
      ...answer,
      title: 'Timeout rate',
      description:
        'Of the orders that ended in this time range, the share that timed out because an event never came. "Missing at a timeout" on the Correlation dashboard names the service.',
      targets: [now(ratio(keptIncrease(resolved('{outcome="timeout"}')), keptIncrease(resolved())), 'timed out')],
      unit: unit.share,
      decimals: 1,
      thresholds: thresholds.fewerIsBetter(1 - slos.ordersDecided.objective, 0.05),
      noValue: 'no orders',
      links: [...runbook('SloBurnFast'), toDashboard('correlation', 'Correlation')],
    }),
    stat({
      ...answer,
      title: 'Time to all events',
      description:
        'Mean time from placing an order until the last of its three events has come. When it rises, the Bottleneck dashboard tells which event comes last.',
      targets: [now(mean(timeToReady.name, { window: RANGE }), 'mean')],
      unit: unit.seconds,
      decimals: 2,
      noValue: 'none ready',
      links: [toDashboard('bottleneck', 'Bottleneck')],
    }),
    stat({
      ...answer,
      title: 'Became ready',
      description:
        'Of the orders created in this time range, the share that became ready. The rest was cancelled for a reason (card, stock, chef), timed out, or still waits.',
      targets: [now(`${ratio(grown(stage('ready')), grown(stage('created')))}`, 'ready')],
      unit: unit.share,
      decimals: 1,
      noValue: 'no orders',
    }),
  ],
};

export const funnel: Row = {
  title: 'How far do orders get?',
  panels: [
    bars({
      width: 12,
      title: 'Funnel',
      description:
        'Orders that reached each stage in this time range, in whole numbers. Paid, reserved and chef assigned happen side by side; ready needs all three. A short bar names the step at which orders end.',
      targets: steps.map(([name, shown]) => now(grown(stage(name)), shown)),
      noValue: '0',
      overrides: coloured('created', 'ready', 'cancelled', 'timed out'),
    }),
    bars({
      width: 12,
      title: 'Conversion per step',
      description:
        'The same as a share of the orders created. Payment, stock and chef below 100 % are refusals; ready below the lowest of them means that events got lost on the way.',
      targets: steps.slice(1).map(([name, shown]) => now(ratio(grown(stage(name)), grown(stage('created'))), shown)),
      unit: unit.share,
      max: 1,
      noValue: 'no orders',
      overrides: coloured('ready', 'cancelled', 'timed out'),
    }),
    areas({
      title: 'Waiting for what',
      description:
        'Orders that wait, by what they wait for. One colour that grows names the service that does not deliver; a flat band that ends after 30 s is orders on their way to a timeout.',
      targets: [overTime(kept(ordersWaiting.name, 'missing'), '{{missing}}')],
      min: 0,
      links: runbook('OrdersWaitingGrowing'),
    }),
    lines({
      title: 'Orders per second',
      description:
        'Created beside how they ended. The lines for created and the sum of the others run together; a gap between them is orders piling up.',
      targets: [
        overTime(keptRate(stage('created')), 'created'),
        overTime(keptRate(resolved(), 'outcome'), '{{outcome}}'),
      ],
      unit: unit.perSecond,
      min: 0,
      overrides: coloured('created', 'ready', 'cancelled', 'timeout'),
    }),
    lines({
      width: 24,
      title: 'Time to ready',
      description:
        'From placing an order to ready: half of them, 95 of 100, 99 of 100. The dashed line is what we promise for 95 %. A dot is one order: click it to see its trace.',
      targets: [0.5, 0.95, 0.99].map((q) => withExemplars(quantile(q, timeToReady.name), `p${q * 100}`)),
      unit: unit.seconds,
      min: 0,
      thresholds: [colour.neutral, [slos.timeToReady.withinSeconds, colour.timeout]],
      links: runbook('SloBurnFast'),
    }),
  ],
};
