import { type Finding, idsOf, isPartOf, ofType, perOrder, sum } from './finding.ts';
import type { Charge, SeenOrder, SeenRun } from './seen-run.ts';
import { usedId } from './use.ts';

/** Captured = sold if it is ready + refunded; and what was captured is what was announced. */
export const moneyOfOrders = perOrder((run, order): Omit<Finding, 'orderId'> | string | undefined => {
  const requirement = run.flow.requirements.find(({ amount }) => amount);
  if (!requirement) return undefined;
  const charges = run.charges.get(order.id) ?? [];
  const announced = idsOf(order, requirement.fulfilled);
  const captured = idsOfCharges(charges);
  if (captured.join() !== announced.join())
    return {
      detail: `the gateway captured [${captured}], announced were [${announced}]`,
      mayCome: isPartOf(announced, captured),
    };
  const sold = [usedId(run.flow, order, requirement) ?? []].flat();
  const kept = idsOfCharges(charges.filter(({ refunded }) => !refunded));
  if (kept.join() !== sold.join())
    return { detail: `money of [${kept}] is kept, sold was [${sold}]`, mayCome: isPartOf(sold, kept) };
  return amountsOf(order, charges);
});

const idsOfCharges = (charges: readonly Charge[]): string[] => charges.map(({ paymentId }) => paymentId).sort();

/** What is announced as captured is the amount that the journal has. */
function amountsOf(order: SeenOrder, charges: readonly Charge[]): string | undefined {
  for (const { paymentId, minor, currency } of charges) {
    const event = order.events.find(({ businessId, amount }) => amount && businessId === paymentId);
    if (event?.amount && (event.amount.minor !== minor || event.amount.currency !== currency))
      return `${paymentId} is ${minor} ${currency} in the journal, announced as ${event.amount.minor} ${event.amount.currency}`;
  }
  return undefined;
}

/** Every payment and refund that the stream tells of is in the ledger, but for what others charged behind its back. */
export function ledgerKnows({ flow, ledger, charges }: SeenRun, order: SeenOrder): string | undefined {
  const requirement = flow.requirements.find(({ amount }) => amount);
  if (!requirement) return undefined;
  const foreign = (charges.get(order.id) ?? []).filter((charge) => charge.foreign).map(({ paymentId }) => paymentId);
  const told = [...ofType(order, requirement.fulfilled), ...ofType(order, requirement.compensated)];
  const unknown = told.filter(
    ({ id, type, businessId }) =>
      !ledger.get(order.id)?.has(id) && !(type === requirement.fulfilled && foreign.includes(businessId ?? '')),
  );
  return unknown.length > 0 ? `the ledger knows nothing of [${unknown.map(({ id }) => id)}]` : undefined;
}

/** A charge for an order that nobody ever announced. */
export const chargesOfNobody = ({ charges, orders }: SeenRun): Finding[] =>
  [...charges.keys()]
    .filter((orderId) => !orders.has(orderId))
    .map((orderId) => ({ orderId, detail: 'was charged, but the stream holds no such order' }));

/** Where the captured money of the orders is, in minor units. */
export interface Money {
  readonly captured: number;
  readonly sold: number;
  readonly refunded: number;
  /** Of orders without an outcome. */
  readonly held: number;
  /** To be given back, and not given back yet. */
  readonly refundDue: number;
}

/** Currency -> its money: captured = sold + refunded + held + refund due, by construction; what is wrong is a refund due for ever. */
export function moneyByCurrency(run: SeenRun): Record<string, Money> {
  const charges = [...run.orders.values()].flatMap((order) =>
    (run.charges.get(order.id) ?? []).map((charge) => ({ ...charge, is: placeOf(run, order, charge) })),
  );
  const currencies = [...new Set(charges.map(({ currency }) => currency))].sort();
  return Object.fromEntries(
    currencies.map((currency) => {
      const own = charges.filter((charge) => charge.currency === currency);
      const of = (place: string) => sum(own.filter(({ is }) => is === place).map(({ minor }) => minor));
      const money = { sold: of('sold'), refunded: of('refunded'), held: of('held'), refundDue: of('refundDue') };
      return [currency, { captured: sum(own.map(({ minor }) => minor)), ...money }];
    }),
  );
}

function placeOf({ flow }: SeenRun, order: SeenOrder, { paymentId, refunded }: Charge): keyof Money {
  if (refunded) return 'refunded';
  const requirement = flow.requirements.find(({ amount }) => amount);
  if (requirement && usedId(flow, order, requirement) === paymentId) return 'sold';
  const isOver = Object.values(flow.outcomes).some((type) => ofType(order, type).length > 0);
  return isOver ? 'refundDue' : 'held';
}
