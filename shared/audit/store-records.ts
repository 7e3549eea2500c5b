import { contractOf, type Flow, ownersOf, type Requirement } from '#shared/contracts/flow.ts';
import { eventsOf } from '#shared/kernel/recorded-event.ts';
import type { Document } from '#shared/store/store.ts';
import type { Charge, Known } from './seen-run.ts';

/** What the documents of the stores say. */

/** Prefix of the gateway's journal: a store apart from payment's, with one document per payment id. */
export const JOURNAL = 'payment-gateway';

interface ChargeEntry {
  readonly orderId: string;
  readonly answer?: { readonly status: string; readonly amount: number; readonly currency: string };
}

/** The charge in a journal document; undefined when nothing was captured. */
export function chargeOf(document: Document, isForeign: (paymentId: string) => boolean): Charge | undefined {
  const events = eventsOf(document);
  const data: object | undefined = events.find(({ id }) => id === 'charge')?.data;
  const { answer, orderId } = (data ?? {}) as ChargeEntry;
  if (answer?.status !== 'captured') return undefined;
  const { amount: minor, currency } = answer;
  const refunded = events.some(({ id }) => id === 'refund');
  return { paymentId: document.id, orderId, minor, currency, refunded, foreign: isForeign(document.id) };
}

export const byOrder = (charges: Iterable<Charge>): Map<string, Charge[]> =>
  Map.groupBy(charges, ({ orderId }) => orderId);

export const knownTo = (service: string, document: Document): Known => ({
  service,
  types: eventsOf(document).flatMap(({ own, type }) => (own ? [] : [type])),
  published: publishedIn(document),
});

/** Ids of the events of an order that its service published. */
export const publishedIn = (document: Document): ReadonlySet<string> =>
  new Set(eventsOf(document).flatMap(({ own, id }) => (own ? [id] : [])));

/** The services that store orders: all that publish more than the event that starts one, but those that the flow excepts. */
export const servicesWithStore = (flow: Flow): string[] =>
  ownersOf(flow).filter(
    (name) =>
      !flow.storeless?.includes(name) &&
      Object.entries(flow.events).some(([type, { owner }]) => owner === name && type !== flow.start),
  );

/** The requirement that takes money. */
export const paidRequirement = ({ requirements }: Flow): Requirement | undefined =>
  requirements.find(({ amount }) => amount);

/** The service that takes the money and keeps the ledger; undefined in a flow without money. */
export function ledgerOwner(flow: Flow): string | undefined {
  const requirement = paidRequirement(flow);
  return requirement && contractOf(flow, requirement.fulfilled).owner;
}
