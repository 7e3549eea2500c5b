import { contractOf, startOf } from '#shared/contracts/flow.ts';
import { countersAgree, poolsBalance } from './balance.ts';
import { type Invariant, idsOf, isPartOf, ofType, outcomesOf, perOrder, sum, usedId } from './finding.ts';
import { chargesOfNobody, ledgerKnows, moneyOfOrders } from './money.ts';
import type { SeenRun } from './seen-run.ts';
import { JOURNAL, ledgerOwner } from './store-records.ts';

/** Each fulfilment that was not used is owed one request to undo it (`compensation`), and one report (`compensated`). */
const undoneOnce = (reported: 'compensation' | 'compensated') =>
  perOrder(({ flow }, order) => {
    const isResolved = outcomesOf(flow, order).length > 0;
    for (const requirement of flow.requirements) {
      const fulfilled = idsOf(order, requirement.fulfilled);
      const used = usedId(flow, order, requirement);
      const owed = isResolved ? fulfilled.filter((id) => id !== used) : [];
      const type = requirement[reported];
      const found = idsOf(order, type);
      if (owed.join() === found.join()) continue;
      // Before the outcome, a second fulfilment of a requirement may be undone already.
      const mayCome = isPartOf(found, isResolved ? owed : fulfilled);
      return { detail: `${type} for [${found}], owed for [${owed}]`, mayCome };
    }
    return undefined;
  });

/** Where fulfilments come after the order is made, their owner's rejection reports what is missing. */
const madeOfFulfilled = perOrder(({ flow }, order) => {
  if (ofType(order, flow.outcomes.ready).length === 0) return undefined;
  const missing = flow.requirements.filter((requirement) => {
    const used = usedId(flow, order, requirement);
    const isFulfilled = used !== undefined && idsOf(order, requirement.fulfilled).includes(used);
    return !isFulfilled && !(flow.fulfilledLater && ofType(order, requirement.rejected).length > 0);
  });
  if (missing.length === 0) return undefined;
  return { detail: `made without ${missing.map(({ fulfilled }) => fulfilled)}`, mayCome: flow.fulfilledLater === true };
});

/** By the events that a service consumed: it began work although it knew that the order had ended. */
const workAfterTombstone = perOrder((run, { id }) => {
  const { outcomes, requirements } = run.flow;
  for (const { service, types, published } of run.ended.get(id) ?? []) {
    const ended = types.findIndex((type) => type === outcomes.timeout || type === outcomes.cancelled);
    if (ended < 0) continue;
    const begun = requirements.find(
      ({ name, fulfilled }) =>
        contractOf(run.flow, fulfilled).owner === service &&
        types.indexOf(startOf(run.flow, name)) > ended &&
        run.orders.get(id)?.events.some((event) => event.type === fulfilled && published.has(event.id)),
    );
    if (begun) return `${service} knew that the order had ended before it began, and published ${begun.fulfilled}`;
  }
  return undefined;
});

const allOrders = ({ orders }: SeenRun): number => orders.size;

export const invariants: readonly Invariant[] = [
  {
    name: 'comes to rest',
    of: allOrders,
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
    check: perOrder(({ flow }, order) => {
      const found = outcomesOf(flow, order).map(({ id }) => id);
      return found.length === 1 ? undefined : { detail: `outcomes: [${found}]`, mayCome: found.length === 0 };
    }),
  },
  { name: 'what was made is fulfilled', of: allOrders, check: madeOfFulfilled },
  {
    name: 'one content per event id',
    of: allOrders,
    check: perOrder((_run, { reused }) => (reused.length > 0 ? `two contents of [${reused}]` : undefined)),
  },
  { name: 'what was not used is asked back, once', of: allOrders, check: undoneOnce('compensation') },
  { name: 'what was asked back is undone, once', of: allOrders, check: undoneOnce('compensated') },
  { name: 'captured = sold + refunded', of: allOrders, reads: () => JOURNAL, check: moneyOfOrders },
  { name: 'the ledger knows every payment', of: allOrders, reads: ledgerOwner, check: ledgerKnows },
  {
    name: 'nobody is charged for no order',
    of: ({ charges }) => charges.size,
    ofTheWhole: true,
    check: chargesOfNobody,
  },
  { name: 'no work begins after the end', of: ({ ended }) => ended.size, check: workAfterTombstone },
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
