import type { Correlation } from '#shared/store/store.ts';
import type { Charge } from './seen-run.ts';

/** Prefix of the gateway's journal: a store of its own, apart from payment's data, with one entry per payment id. */
export const JOURNAL = 'payment-gateway';

interface ChargeEntry {
  readonly orderId: string;
  readonly answer?: { readonly status: string; readonly amount: number; readonly currency: string };
}

/** The charge of an entry; undefined when nothing was captured. */
export function chargeOf({ id, facts }: Correlation, isForeign: (paymentId: string) => boolean): Charge | undefined {
  const { answer, orderId } = (facts.find((fact) => fact.id === 'charge')?.data ?? {}) as unknown as ChargeEntry;
  if (answer?.status !== 'captured') return undefined;
  const { amount: minor, currency } = answer;
  const refunded = facts.some((fact) => fact.id === 'refund');
  return { paymentId: id, orderId, minor, currency, refunded, foreign: isForeign(id) };
}

/** Order -> its charges. */
export function byOrder(charges: Iterable<Charge>): Map<string, Charge[]> {
  const found = new Map<string, Charge[]>();
  for (const charge of charges) {
    const others = found.get(charge.orderId);
    if (others) others.push(charge);
    else found.set(charge.orderId, [charge]);
  }
  return found;
}
