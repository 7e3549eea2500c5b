import { type Finding, idsOf, isPartOf, ofType, outcomesOf, perOrder, sum, usedId } from './finding.ts';
import type { Charge, SeenOrder, SeenRun } from './seen-run.ts';
import { paidRequirement } from './store-records.ts';

/** Captured = sold (if the order is ready) + refunded, and what was captured is what was announced. */
export const moneyOfOrders = perOrder((run, order) => {
  const requirement = paidRequirement(run.flow);
  if (!requirement) return undefined;
  const charges = run.charges.get(order.id) ?? [];
  const announced = idsOf(order, requirement.fulfilled);
  const captured = idsOfCharges(charges);
  if (captured.join() !== announced.join())
    return {
      detail: `the gateway captured [${captured}], announced were [${announced}]`,
      mayCome: isPartOf(announced, captured),
    };
  const used = usedId(run.flow, order, requirement);
  // Where payment comes later it may have been refused, or come yet: that is another invariant's question.
  const isSold = used !== undefined && !(run.flow.fulfilledLater && !announced.includes(used));
  const sold = isSold ? [used] : [];
  const kept = idsOfCharges(charges.filter(({ refunded }) => !refunded));
  if (kept.join() !== sold.join())
    return { detail: `money of [${kept}] is kept, sold was [${sold}]`, mayCome: isPartOf(sold, kept) };
  return amountsOf(order, charges);
});

const idsOfCharges = (charges: readonly Charge[]): string[] => charges.map(({ paymentId }) => paymentId).sort();

/** The announced amount is the journal's. */
function amountsOf(order: SeenOrder, charges: readonly Charge[]): string | undefined {
  for (const { paymentId, minor, currency } of charges) {
    const told = order.events.find(({ businessId, amount }) => amount && businessId === paymentId)?.amount;
    if (told && (told.minor !== minor || told.currency !== currency))
      return `${paymentId} is ${minor} ${currency} in the journal, announced as ${told.minor} ${told.currency}`;
  }
  return undefined;
}

/** The ledger has every payment and refund that the stream has, except charges that payment did not make. */
export const ledgerKnows = perOrder(({ flow, ledger, charges }, order) => {
  const requirement = paidRequirement(flow);
  if (!requirement) return undefined;
  const foreign = (charges.get(order.id) ?? []).filter((charge) => charge.foreign).map(({ paymentId }) => paymentId);
  const told = [
    ...ofType(order, requirement.fulfilled).filter(({ businessId }) => !foreign.includes(businessId ?? '')),
    ...ofType(order, requirement.compensated),
  ];
  const unknown = told.flatMap(({ id }) => (ledger.get(order.id)?.has(id) ? [] : [id]));
  return unknown.length > 0 ? `the ledger knows nothing of [${unknown}]` : undefined;
});

export const chargesOfNobody = ({ charges, orders }: SeenRun): Finding[] =>
  [...charges.keys()]
    .filter((orderId) => !orders.has(orderId))
    .map((orderId) => ({ orderId, detail: 'was charged, but the stream holds no such order' }));

type Seen = Pick<SeenRun, 'flow' | 'orders' | 'charges'>;

/** Where the captured money of the orders is, in minor units. */
export interface Money {
  readonly captured: number;
  readonly sold: number;
  readonly refunded: number;
  /** Of orders without an outcome. */
  readonly held: number;
  readonly refundDue: number;
}

/** Currency -> its money: captured = sold + refunded + held + refund due by construction; a refund due at rest is an error. */
export function moneyByCurrency(run: Seen): Record<string, Money> {
  const charges = [...run.orders.values()].flatMap((order) =>
    (run.charges.get(order.id) ?? []).map((charge) => ({ ...charge, is: placeOf(run, order, charge) })),
  );
  const currencies = [...new Set(charges.map(({ currency }) => currency))].sort();
  return Object.fromEntries(
    currencies.map((currency) => {
      const own = charges.filter((charge) => charge.currency === currency);
      const of = (place: keyof Money) => sum(own.filter(({ is }) => is === place).map(({ minor }) => minor));
      const money = { sold: of('sold'), refunded: of('refunded'), held: of('held'), refundDue: of('refundDue') };
      return [currency, { captured: sum(own.map(({ minor }) => minor)), ...money }];
    }),
  );
}

function placeOf({ flow }: Seen, order: SeenOrder, { paymentId, refunded }: Charge): keyof Money {
  if (refunded) return 'refunded';
  const requirement = paidRequirement(flow);
  if (requirement && usedId(flow, order, requirement) === paymentId) return 'sold';
  return outcomesOf(flow, order).length > 0 ? 'refundDue' : 'held';
}
