import { kept, names } from '../promql.ts';
import type { RuleGroup } from './rule.ts';

const { orderStage, ordersWaiting, money, moneyHeld } = names;
const flow = (selector: string) => `sum by (currency) (max by (flow, currency) (${money}{flow=~"${selector}"}))`;

/** What several panels and alerts ask for. */
export const state = {
  waiting: 'stack:orders_waiting:max',
  lost: 'stack:orders_lost:max_abs',
  moneyUnexplained: 'stack:money_unexplained:sum',
} as const;

/** Created, but neither decided nor waiting. One replica's series are one snapshot, so this is 0 at each scrape. */
export const lostPerInstance = [
  `sum by (instance) (${orderStage}{stage="created"})`,
  `- sum by (instance) (${orderStage}{stage=~"ready|cancelled|timeout"})`,
  `- sum by (instance) (${ordersWaiting})`,
].join('\n');

/** Captured, but neither sold, refunded nor held: on its way between payment and kitchen, or lost. Minor units. */
export const unexplainedMoney = `${flow('captured')}\n- ${flow('sold|refunded')}\n- max by (currency) (${moneyHeld})`;

export const stateRules: readonly RuleGroup[] = [
  {
    name: 'state',
    rules: [
      { record: state.waiting, expr: kept(ordersWaiting) },
      { record: state.lost, expr: `max(abs(${lostPerInstance}))` },
      { record: state.moneyUnexplained, expr: unexplainedMoney },
    ],
  },
];
