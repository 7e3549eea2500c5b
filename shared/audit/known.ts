import { contractOf, type Flow } from '#shared/contracts/flow.ts';
import { eventsOf } from '#shared/kernel/recorded-event.ts';
import type { Document } from '#shared/store/store.ts';
import type { Known } from './seen-run.ts';

export function knownTo(service: string, document: Document): Known {
  const events = eventsOf(document);
  return {
    service,
    types: events.filter(({ own }) => !own).map(({ type }) => type),
    published: publishedIn(document),
  };
}

/** Ids of the events of an order that its service published. */
export const publishedIn = (document: Document): ReadonlySet<string> =>
  new Set(eventsOf(document).flatMap(({ own, id }) => (own ? [id] : [])));

/** The service that takes the money, and keeps the ledger of it. @throws when none of the flow does */
export function ledgerOwner(flow: Flow): string {
  const requirement = flow.requirements.find(({ amount }) => amount);
  if (!requirement) throw new Error('no requirement of the flow takes money');
  return contractOf(flow, requirement.fulfilled).owner;
}
