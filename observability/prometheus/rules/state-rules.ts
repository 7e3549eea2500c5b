import { meaningOf } from '../../runbook/runbook-commands.ts';
import { everyJob, jobs } from '../../shown-pattern.ts';
import { kept, names } from '../promql.ts';
import { alertNames, pagePanel } from './alert-catalogue.ts';
import type { RuleGroup } from './rule.ts';

const { orderStage, ordersWaiting, money, moneyHeld } = names;
/** What several panels and alerts ask for. */
export const state = {
  waiting: 'stack:orders_waiting:max',
  lost: 'stack:orders_lost:max_abs',
  moneyUnexplained: 'stack:money_unexplained:sum',
  expected: 'stack:service_expected:info',
  alert: 'stack:alert:info',
} as const;

/** Created, but neither decided nor waiting. One replica's series are one snapshot, so this is 0 at each scrape. */
export const lostPerInstance = [
  `sum by (instance) (${orderStage}{stage="created"})`,
  `- sum by (instance) (${orderStage}{stage=~"ready|cancelled|timeout"})`,
  `- sum by (instance) (${ordersWaiting})`,
].join('\n');

const captured = (at = ''): string => `max by (currency) (${money}{flow="captured"}${at})`;
/** A currency in which nothing was sold, refunded or held yet has no series of these. Nothing while the kitchen does not answer. */
const accounted = (at = ''): string =>
  [
    `((sum by (currency) (max by (flow, currency) (${money}{flow=~"sold|refunded"}${at})`,
    `or label_replace(max by (currency) (${moneyHeld}${at}), "flow", "held", "", ""))`,
    `or 0 * ${captured(at)}) and on () count(${moneyHeld}${at}))`,
  ].join('\n');

/** Captured, but neither sold, refunded nor held: on its way between payment and kitchen, or lost. Minor units. */
export const moneyOnItsWay = `${captured()}\n- ${accounted()}`;

/**
 * What cannot be on its way: captured 15 s ago and unknown now, less what was known 15 s ago and is not captured now, whenever
 * in a minute that is least. Payment and kitchen are scraped at different moments, so that something always seems on its way.
 */
export const moneyUnexplained = [
  `min_over_time(clamp_min(${captured(' offset 15s')} - ${accounted()}, 0)[1m:5s])`,
  `- min_over_time(clamp_min(${accounted(' offset 15s')} - ${captured()}, 0)[1m:5s])`,
].join('\n');

export const stateRules: readonly RuleGroup[] = [
  {
    name: 'state',
    rules: [
      { record: state.waiting, expr: kept(ordersWaiting) },
      { record: state.lost, expr: `max(abs(${lostPerInstance}))` },
      { record: state.moneyUnexplained, expr: moneyOnItsWay },
      // One that runs nowhere has no series of its own: in containers a stopped service has no name to be scraped at.
      // One of another pattern should run if it did lately.
      ...everyJob.map((job) => ({
        record: state.expected,
        expr: jobs.includes(job) ? 'vector(1)' : `max(present_over_time(up{job="${job}"}[5m]))`,
        labels: { job },
      })),
      // What `ALERTS` lacks: a sentence, and the panel of the runbook's page.
      ...alertNames.map((alertname) => ({
        record: state.alert,
        expr: 'vector(1)',
        labels: { alertname, summary: meaningOf(alertname), page: pagePanel(alertname) },
      })),
    ],
  },
];
