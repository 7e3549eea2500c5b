import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import type { RuleGroup } from './rule.ts';

const { orderStage, ordersWaiting, ordersResolved, money, moneyHeld } = metrics;
const flow = (selector: string) => `sum by (currency) (max by (flow, currency) (${money.name}{flow=~"${selector}"}))`;

/** What several panels and alerts ask for: combined per instance first, then over the replicas. */
export const state = {
  waiting: 'stack:orders_waiting:max',
  lost: 'stack:orders_lost:max_abs',
  timeoutRate: 'stack:timeout_rate:ratio_increase5m',
  moneyUnexplained: 'stack:money_unexplained:sum',
} as const;

/** Created, but neither decided nor waiting. One replica's series are one snapshot, so this is 0 at each scrape. */
export const lostPerInstance = [
  `sum by (instance) (${orderStage.name}{stage="created"})`,
  `- sum by (instance) (${orderStage.name}{stage=~"ready|cancelled|timeout"})`,
  `- sum by (instance) (${ordersWaiting.name})`,
].join('\n');

/** Captured, but neither sold, refunded nor held: on its way between payment and kitchen, or lost. Minor units. */
export const unexplainedMoney = `${flow('captured')}\n- ${flow('sold|refunded')}\n- max by (currency) (${moneyHeld.name})`;

const timeouts = (selector: string) => `max(sum by (instance) (increase(${ordersResolved.name}{${selector}}[5m])))`;

export const stateRules: readonly RuleGroup[] = [
  {
    name: 'state',
    rules: [
      { record: state.waiting, expr: `max(sum by (instance) (${ordersWaiting.name}))` },
      { record: state.lost, expr: `max(abs(${lostPerInstance}))` },
      { record: state.timeoutRate, expr: `${timeouts('outcome="timeout"')}\n/ (${timeouts('')} > 0)` },
      { record: state.moneyUnexplained, expr: unexplainedMoney },
    ],
  },
];
