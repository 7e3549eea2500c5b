import { increase, keptIncrease, names, rate, ratio } from '../prometheus/promql.ts';
import { unexplainedMoney } from '../prometheus/rules/state-rules.ts';
import { correlator } from '../shown-pattern.ts';
import { slos } from '../slo.ts';
import { dashboard, row } from './board/dashboard.ts';
import { colour, thresholds } from './board/palette.ts';
import { areas, bars, lines, stat } from './board/panels.ts';
import { now, overTime } from './board/target.ts';

const { ordersResolved, compensations, money, moneyHeld } = names;
const answer = { width: 8, height: 3 };
const atKitchen = (outcome: string) => `${names.processing}_count{service="${correlator}", outcome${outcome}}`;
/** How many, in this time range, in whole numbers. */
const count = (series: string, labels = '') => `round(${keptIncrease(series, labels)})`;

const unusual = (title: string, outcome: string, description: string) =>
  stat(title, description, now(`round(${increase(atKitchen(`="${outcome}"`))})`, outcome), answer);

const decided = row(
  'Are orders decided?',
  stat(
    'Decided in time',
    'Of the orders that ended in this time range, the share that ended by its events: ready, or cancelled for a reason. The rest timed out.',
    now(ratio(keptIncrease(`${ordersResolved}{outcome!="timeout"}`), keptIncrease(ordersResolved)), 'decided'),
    {
      ...answer,
      unit: 'share',
      decimals: 1,
      thresholds: thresholds.moreIsBetter(0.95, slos.ordersDecided.objective),
      noValue: 'no orders',
      runbook: ['SloBurnFast'],
    },
  ),
  unusual(
    'Duplicates',
    'duplicate',
    'Events that the kitchen had seen before: the broker delivered again, or a producer repeated itself. They change nothing.',
  ),
  unusual(
    'Late',
    'late',
    'Events that came after their order had ended. A late success is undone: see the compensations.',
  ),
  unusual(
    'Conflicts',
    'conflict',
    'A second, different business id for what was fulfilled already (a double charge). The extra one is undone; find out who produced it.',
  ),
  stat(
    'Refusals',
    'Orders that a refusal ended: a declined card, no stock, no chef. Business as usual, no fault; the bars below say which.',
    now(count(`${ordersResolved}{outcome="cancelled"}`), 'refused'),
    answer,
  ),
  stat(
    'Compensations',
    'Refunds, stock releases and chef releases that the kitchen asked for in this time range.',
    now(count(compensations), 'asked for'),
    answer,
  ),
  bars(
    'Outcomes',
    'Ready, cancelled and timed out in this time range. Orange is not a customer’s wish but a missing event.',
    now(count(ordersResolved, 'outcome'), '{{outcome}}'),
    { width: 6, noValue: '0' },
  ),
  bars(
    'Why cancelled',
    'By the refusal that ended them. A jump of one of them is a matter for its owner: bank, stock or roster.',
    now(count(`${ordersResolved}{outcome="cancelled"}`, 'reason'), '{{reason}}'),
    { width: 6, noValue: '0' },
  ),
  bars(
    'Missing at a timeout',
    'The events that never came. The requirement that is in all of the long bars names the service to look at.',
    now(count(`${ordersResolved}{outcome="timeout"}`, 'missing'), '{{missing}}'),
    { width: 12, noValue: '0' },
  ),
);

const cameTwice = row(
  'What came twice, late or in conflict?',
  areas(
    'Events at the kitchen by how they ended',
    'Everything that did not simply count. Duplicates after a restart are normal and fade; retries and dead letters are faults.',
    overTime(rate(atKitchen('!="ok"'), 'outcome'), '{{outcome}}'),
    {
      width: 24,
      unit: 'perSecond',
      runbook: ['DeadLetters'],
    },
  ),
  lines(
    'Compensations by what is undone, and why',
    'Refunds and releases that the kitchen asked for. They follow cancelled and timed out orders; a late or conflicting success brings single ones.',
    overTime(keptIncrease(compensations, 'kind, reason', '1m'), '{{kind}} ({{reason}})'),
    { width: 24 },
  ),
);

/** In whole pounds, the shop's own currency; other currencies are in the balance only. */
const total = (flow: string) => `max(${money}{flow="${flow}", currency="GBP"}) / 100`;
const flows = [
  ['captured', total('captured'), 'All that customers were charged, ever.'],
  ['sold', total('sold'), 'Of that, for orders that became ready.'],
  ['refunded', total('refunded'), 'Of that, given back because the order was cancelled, timed out, or charged twice.'],
  [
    'held',
    `max(${moneyHeld}{currency="GBP"}) / 100`,
    'Of that, charged for orders that still wait. It goes back to 0 when the load ends.',
  ],
] as const;

const accounts = row(
  'Is all money accounted for?',
  ...flows.map(([flow, query, meaning]) =>
    stat(
      flow.replace(/^./, (letter) => letter.toUpperCase()),
      `${meaning} Captured = sold + refunded + held.`,
      now(query, flow),
      { unit: 'pounds', decimals: 2 },
    ),
  ),
  stat(
    'Unexplained, in minor units (pence, cents)',
    'Captured, but neither sold, refunded nor held, per currency. Blue: a little is on its way between payment and kitchen, as under any load; at rest it is 0. What stays is lost money, and an alert says so: open the runbook.',
    now(unexplainedMoney, '{{currency}}'),
    {
      named: true,
      width: 24,
      thresholds: [colour.waiting, [0, colour.good], [1, colour.waiting]],
      runbook: ['MoneyOutOfBalance'],
    },
  ),
  lines(
    'Money over time',
    'Captured is the upper line; sold and refunded add up to it, but for what is held for orders that wait.',
    flows.map(([flow, query]) => overTime(query, flow)),
    {
      unit: 'pounds',
      width: 24,
      runbook: ['MoneyOutOfBalance'],
    },
  ),
);

/** Does the join do what it promises? */
export const correlation = () =>
  dashboard({
    uid: 'correlation',
    title: 'Correlation',
    description:
      'Whether each order is decided exactly once: completion, duplicates, late events, compensations, money.',
    rows: [decided, cameTwice, accounts],
  });
