import { eventsOf } from '#shared/kernel/recorded-event.ts';
import type { Document } from '#shared/store/store.ts';
import type { Charge } from './seen-run.ts';

/** Prefix of the gateway's journal: a store of its own, apart from payment's data, with one document per payment id. */
export const JOURNAL = 'payment-gateway';

interface ChargeEntry {
  readonly orderId: string;
  readonly answer?: { readonly status: string; readonly amount: number; readonly currency: string };
}

/** The charge of a document; undefined when nothing was captured. */
export function chargeOf(document: Document, isForeign: (paymentId: string) => boolean): Charge | undefined {
  const events = eventsOf(document);
  const data: object | undefined = events.find(({ id }) => id === 'charge')?.data;
  const { answer, orderId } = (data ?? {}) as ChargeEntry;
  if (answer?.status !== 'captured') return undefined;
  const { amount: minor, currency } = answer;
  const refunded = events.some(({ id }) => id === 'refund');
  return { paymentId: document.id, orderId, minor, currency, refunded, foreign: isForeign(document.id) };
}

/** Order -> its charges. */
export const byOrder = (charges: Iterable<Charge>): Map<string, Charge[]> =>
  Map.groupBy(charges, ({ orderId }) => orderId);
