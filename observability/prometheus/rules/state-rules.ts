import { jobs } from '../../shown-pattern.ts';
import { kept, names } from '../promql.ts';
import type { RuleGroup } from './rule.ts';

const { orderStage, ordersWaiting, money, moneyHeld } = names;
const flow = (selector: string) => `sum by (currency) (max by (flow, currency) (${money}{flow=~"${selector}"}))`;

/** What several panels and alerts ask for. */
export const state = {
  waiting: 'stack:orders_waiting:max',
  lost: 'stack:orders_lost:max_abs',
  moneyUnexplained: 'stack:money_unexplained:sum',
  expected: 'stack:service_expected:info',
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
      // One that runs nowhere has no series of its own: in containers a stopped service has no name to be scraped at.
      ...jobs.map((job) => ({ record: state.expected, expr: 'vector(1)', labels: { job } })),
    ],
  },
];
