import { decimalsOf } from '#shared/contracts/money.ts';
import { increase, keptIncrease, labelled, names, positive, rate, ratio } from '../prometheus/promql.ts';
import { moneyOnItsWay, moneyUnexplained } from '../prometheus/rules/state-rules.ts';
import { correlators } from '../shown-pattern.ts';
import { slos } from '../slo.ts';
import { dashboard, row } from './board/dashboard.ts';
import { thresholds } from './board/palette.ts';
import { areas, bars, lines, stat } from './board/panels.ts';
import { table } from './board/tables.ts';
import { asTable, now, overTime } from './board/target.ts';

const { ordersResolved, compensations, money, moneyHeld } = names;
const answer = { width: 8, height: 3 };
const atKitchen = (outcome: string) => `${names.processing}_count{service=~"${correlators}", outcome${outcome}}`;
/** How many, in this time range, in whole numbers. */
const count = (series: string, labels = '') => `round(${keptIncrease(series, labels)})`;

const oddEvents = (title: string, outcome: string, description: string) =>
  stat(title, description, now(`round(${increase(atKitchen(`="${outcome}"`))})`, outcome), answer);

const decided = row(
  'Are orders decided? By their events, ready or refused, and not by a timeout.',
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
  oddEvents(
    'Duplicates',
    'duplicate',
    'Events that the kitchen had seen before: the broker delivered again, or a producer repeated itself. They change nothing.',
  ),
  oddEvents(
    'Late',
    'late',
    'Events that came after their order had ended. A late success is undone: see the compensations.',
  ),
  oddEvents(
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
  'What came twice, late or in conflict? It changes nothing, or a compensation undoes it.',
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
    'Refunds and releases that the kitchen asked for, per minute. They follow cancelled and timed out orders; a late or conflicting success brings single ones.',
    overTime(
      positive(keptIncrease(compensations, 'kind, reason', '1m'), keptIncrease(compensations, '', '1m'), 'kind'),
      '{{kind}} ({{reason}})',
    ),
    { width: 24, decimals: 0 },
  ),
);

/** Decimals -> the currencies that have so many; all others have two. */
const unusual = Object.entries(
  Object.groupBy(
    Intl.supportedValuesOf('currency').filter((currency) => decimalsOf(currency) !== 2),
    decimalsOf,
  ),
);
/** By label `decimals`: how many minor units (pence) make a pound. */
const SCALES = [
  ...unusual.map(([decimals]) => labelled(`vector(${10 ** Number(decimals)})`, { decimals })),
  'vector(100)',
].join(' or ');

/** Their amounts are a hundred times as high: beside others on one axis those would lie on the ground. */
const WITHOUT_PENCE = {
  matcher: { id: 'byRegexp', options: `/ (${unusual.find(([decimals]) => decimals === '0')?.[1]?.join('|')})$/` },
  properties: [{ id: 'custom.axisPlacement', value: 'right' }],
};

/** Of every currency: metrics count minor units. */
function inCurrency(minor: string): string {
  const byDecimals = unusual.reduce(
    (query, [decimals, currencies = []]) =>
      `label_replace(${query}, "decimals", "${decimals}", "currency", "${currencies.join('|')}")`,
    minor,
  );
  return `max by (currency) (${byDecimals} / on (decimals) group_left () (${SCALES}))`;
}

const total = (flow: string) => inCurrency(`max by (currency) (${money}{flow="${flow}"})`);
const flows: Readonly<Record<string, string>> = {
  captured: total('captured'),
  sold: total('sold'),
  refunded: total('refunded'),
  held: inCurrency(`max by (currency) (${moneyHeld})`),
};
const columns = [...Object.keys(flows), 'on its way'];

const accounts = row(
  'Is all money accounted for? What was captured is sold, refunded or held for an order that waits.',
  table(
    { currency: 'currency', ...Object.fromEntries(columns.map((name, n) => [`Value #${'ABCDE'[n]}`, name])) },
    {
      title: 'Where the money is',
      description:
        'Captured from customers, ever: sold with an order that became ready, refunded, held for an order that still waits, or on its way between payment and kitchen. Under load a little always is on its way, also below 0, since the two are scraped at different moments.',
      targets: [...Object.values(flows), inCurrency(moneyOnItsWay)].map(asTable),
      width: 16,
      height: 7,
      unit: 'money',
      decimals: 2,
    },
  ),
  stat(
    'Unexplained',
    'What has been on its way for more than 15 s throughout the last minute: lost money (below 0: sold or given back without having been captured). Always 0; an alert says so if not: open the runbook.',
    now(inCurrency(moneyUnexplained), '{{currency}}'),
    {
      named: true,
      width: 8,
      height: 7,
      unit: 'money',
      decimals: 2,
      thresholds: thresholds.exactlyZero,
      runbook: ['MoneyOutOfBalance'],
    },
  ),
  lines(
    'Money over time',
    'Captured is the upper line; sold and refunded add up to it, but for what is held for orders that wait. Currencies without pence (JPY) are on the right axis.',
    Object.entries(flows).map(([name, query]) => overTime(query, `${name} {{currency}}`)),
    { unit: 'money', width: 24, overrides: [WITHOUT_PENCE], runbook: ['MoneyOutOfBalance'] },
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
