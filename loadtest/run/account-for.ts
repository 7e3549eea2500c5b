import { ofType } from '#shared/audit/finding.ts';
import type { SeenOrder } from '#shared/audit/seen-run.ts';
import type { Flow } from '#shared/contracts/flow.ts';
import type { Verdict } from '../report/load-report.ts';

const MOST_EXAMPLES = 5;

/** What became of every accepted order, by what the stream holds: clean when each was announced, and ended exactly once. */
export function accountFor(flow: Flow, accepted: ReadonlySet<string>, seen: ReadonlyMap<string, SeenOrder>): Verdict {
  const orders = [...accepted].map((id) => ({ id, ...fateOf(flow, seen.get(id)) }));
  const problems = [
    ...problem(
      'accepted and not in the stream',
      orders.filter(({ announced }) => !announced),
    ),
    ...problem(
      'accepted and never ended',
      orders.filter(({ announced, ends }) => announced && ends.length === 0),
    ),
    ...problem(
      'ended more than once',
      orders.filter(({ ends }) => ends.length > 1),
    ),
  ];
  const outcomes = Map.groupBy(orders, ({ ends }) => ends.join(' and ') || 'none');
  const counts = [...outcomes].map(([outcome, { length }]) => `${length} ${outcome}`).join(', ');
  if (problems.length > 0)
    return { clean: false, lines: [`${orders.length} orders accepted: ${counts}.`, ...problems] };
  const each = 'each is in the stream, and ended exactly once';
  return { clean: true, lines: [`${orders.length} orders accepted: ${counts || 'none'}; ${each}.`] };
}

/** An order's end is known by the event's id: a copy is no second end. */
const fateOf = (flow: Flow, order: SeenOrder = { id: '', events: [], reused: [] }) => ({
  announced: ofType(order, flow.start).length > 0,
  ends: Object.entries(flow.outcomes).flatMap(([outcome, type]) => ofType(order, type).map(() => outcome)),
});

const problem = (what: string, orders: readonly { readonly id: string }[]): string[] =>
  orders.length > 0
    ? [
        `${orders.length} ${what}: ${orders
          .slice(0, MOST_EXAMPLES)
          .map(({ id }) => id)
          .join(', ')}`,
      ]
    : [];
