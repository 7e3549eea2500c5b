import { contractOf, type Flow } from '#shared/contracts/flow.ts';
import { countersAgree } from './counters.ts';
import { type Finding, type Invariant, idsOf, isPartOf, perOrder, sum } from './finding.ts';
import { chargesOfNobody, ledgerKnows, moneyOfOrders } from './money.ts';
import { poolsBalance } from './resources.ts';
import type { SeenEvent, SeenOrder, SeenRun } from './seen-run.ts';
import { idsToUndo, isResolved } from './use.ts';

const isOutcome = ({ outcomes }: Flow, { type }: SeenEvent): boolean =>
  type === outcomes.ready || type === outcomes.cancelled || type === outcomes.timeout;

/** Against what is owed by the order's events, and against what was asked for: a report owes nothing to chance. */
function undoneOnce(
  { flow }: SeenRun,
  order: SeenOrder,
  reported: 'compensation' | 'compensated',
): Omit<Finding, 'orderId'> | undefined {
  for (const requirement of flow.requirements) {
    const owed = isResolved(flow, order) ? idsToUndo(flow, order, requirement) : [];
    const type = requirement[reported];
    const found = idsOf(order, type);
    if (owed.join() === found.join()) continue;
    // Before the outcome, what a requirement has twice may be undone already: not more than all but one.
    const possible = isResolved(flow, order) ? owed : idsOf(order, requirement.fulfilled);
    return { detail: `${type} for [${found}], owed for [${owed}]`, mayCome: isPartOf(found, possible) };
  }
  return undefined;
}

/** Of the events that a service consumed: work that it began although it knew that the order had ended. */
function workAfterTombstone(run: SeenRun, { id }: SeenOrder): string | undefined {
  const { start, outcomes, requirements } = run.flow;
  for (const { service, types, published } of run.ended.get(id) ?? []) {
    const created = types.indexOf(start);
    const ended = types.findIndex((type) => type === outcomes.timeout || type === outcomes.cancelled);
    if (ended < 0 || created < ended) continue;
    const begun = requirements.find(
      ({ fulfilled }) =>
        contractOf(run.flow, fulfilled).owner === service &&
        run.orders.get(id)?.events.some((event) => event.type === fulfilled && published.has(event.id)),
    );
    if (begun) return `${service} knew that the order had ended before it began, and published ${begun.fulfilled}`;
  }
  return undefined;
}

const allOrders = ({ orders }: SeenRun): number => orders.size;

export const invariants: readonly Invariant[] = [
  {
    name: 'comes to rest',
    of: ({ orders }) => orders.size,
    check: ({ owed, broken }) => [
      ...owed.map((what) => ({ detail: `still owed: ${what}` })),
      ...broken.map((error) => ({ detail: `a handler threw: ${(error as Error).stack ?? error}` })),
    ],
  },
  {
    name: 'what was accepted is announced',
    of: ({ accepted }) => accepted.size,
    check: ({ accepted, orders, flow }) =>
      [...accepted]
        .filter((id) => !orders.get(id)?.events.some(({ type }) => type === flow.start))
        .map((orderId) => ({ orderId, detail: `accepted, but the stream holds no ${flow.start}` })),
  },
  {
    name: 'one outcome per order',
    of: allOrders,
    check: perOrder(({ flow }, { events }) => {
      const found = events.filter((event) => isOutcome(flow, event)).map(({ id }) => id);
      return found.length === 1 ? undefined : { detail: `outcomes: [${found}]`, mayCome: found.length === 0 };
    }),
  },
  {
    name: 'one content per event id',
    of: allOrders,
    check: perOrder((_run, { reused }) => (reused.length > 0 ? `two contents of [${reused}]` : undefined)),
  },
  {
    name: 'what was not used is asked back, once',
    of: allOrders,
    check: perOrder((run, order) => undoneOnce(run, order, 'compensation')),
  },
  {
    name: 'what was asked back is undone, once',
    of: allOrders,
    check: perOrder((run, order) => undoneOnce(run, order, 'compensated')),
  },
  { name: 'captured = sold + refunded', of: allOrders, check: moneyOfOrders },
  { name: 'the ledger knows every payment', of: allOrders, check: perOrder(ledgerKnows) },
  {
    name: 'nobody is charged for no order',
    of: ({ charges }) => charges.size,
    ofTheWhole: true,
    check: chargesOfNobody,
  },
  { name: 'no work begins after the end', of: ({ ended }) => ended.size, check: perOrder(workAfterTombstone) },
  {
    name: 'stock and chefs balance',
    of: ({ counters }) => sum([...counters.values()].map(({ pools }) => Object.keys(pools).length)),
    ofTheWhole: true,
    check: poolsBalance,
  },
  {
    name: 'counters agree with events',
    of: ({ counters }) => sum([...counters.values()].map((one) => Object.keys(one.counters).length)),
    ofTheWhole: true,
    check: countersAgree,
  },
  {
    name: 'dead letters are explained',
    of: ({ deadLetters }) => deadLetters.length,
    check: ({ deadLetters }) =>
      deadLetters.map(({ id, orderId, type, service, reason, error }) => ({
        ...(orderId && { orderId }),
        detail: `dead letter ${id}, ${type} at ${service}: ${reason}, ${error}`,
      })),
  },
];
