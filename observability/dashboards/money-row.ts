import { metrics } from '#shared/telemetry/metrics/metrics.ts';
import { unexplainedMoney } from '../prometheus/rules/state-rules.ts';
import type { Row } from './board/dashboard.ts';
import { coloured } from './board/overrides.ts';
import { colour, unit } from './board/palette.ts';
import { lines, stat } from './board/panels.ts';
import { runbook } from './board/runbook-links.ts';
import { now, overTime } from './board/target.ts';

const { money, moneyHeld } = metrics;
/** The shop's own currency, in whole pounds; other currencies are in the balance. */
const total = (flow: string) => `max(${money.name}{flow="${flow}", currency="GBP"}) / 100`;
const held = `max(${moneyHeld.name}{currency="GBP"}) / 100`;

const told = {
  captured: 'All that customers were charged, ever.',
  sold: 'Of that, for orders that became ready.',
  refunded: 'Of that, given back because the order was cancelled, timed out, or charged twice.',
  held: 'Of that, charged for orders that still wait. It goes back to 0 when the load ends.',
} as const;

const flows = [
  ...(['captured', 'sold', 'refunded'] as const).map((flow) => ({ flow, query: total(flow) })),
  { flow: 'held' as const, query: held },
];

/** Captured = sold + refunded + held. */
export const moneyRow: Row = {
  title: 'Is all money accounted for?',
  panels: [
    ...flows.map(({ flow, query }) =>
      stat({
        title: flow[0]?.toUpperCase() + flow.slice(1),
        description: `${told[flow]} Captured = sold + refunded + held.`,
        targets: [now(query, flow)],
        unit: unit.pounds,
        decimals: 2,
        width: 6,
        noValue: 'unknown',
      }),
    ),
    stat({
      title: 'Unexplained, in minor units (pence, cents)',
      named: true,
      description:
        'Captured, but neither sold, refunded nor held, per currency. Blue: a little is on its way between payment and kitchen, as under any load; at rest it is 0. What stays is lost money, and an alert says so: open the runbook.',
      targets: [now(unexplainedMoney, '{{currency}}')],
      width: 24,
      thresholds: [colour.waiting, [0, colour.good], [1, colour.waiting]],
      noValue: 'unknown',
      links: runbook('MoneyOutOfBalance'),
    }),
    lines({
      title: 'Money over time',
      description:
        'Captured is the upper line; sold and refunded add up to it, but for what is held for orders that wait.',
      targets: flows.map(({ flow, query }) => overTime(query, flow)),
      unit: unit.pounds,
      min: 0,
      width: 24,
      overrides: coloured('captured', 'sold', 'refunded', 'held'),
      links: runbook('MoneyOutOfBalance'),
    }),
  ],
};
