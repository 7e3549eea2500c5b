import type { DomainContract } from '#shared/contracts/flow.ts';
import { pizzaDomains } from '#shared/contracts/pizza-flow.ts';

interface Wiring {
  /** Publishes order.timeout, order.cancelled and the requests to compensate. */
  readonly coordinator: string;
  /** By requirement: the event that makes its owner begin. */
  readonly startedBy: Readonly<Record<string, string>>;
}

/** The contracts of the pizza's domains as another wiring uses them: the same events and data. */
export const pizzaDomainsIn = ({ coordinator, startedBy }: Wiring): DomainContract[] =>
  pizzaDomains.map(({ events, requirement }: DomainContract): DomainContract => {
    const owned = Object.entries(events).map(([type, event]) => [
      type,
      event.askedByCorrelator ? { ...event, owner: coordinator } : event,
    ]);
    const trigger = requirement && startedBy[requirement.name];
    return {
      events: Object.fromEntries(owned),
      ...(requirement && { requirement: { ...requirement, ...(trigger && { startedBy: trigger }) } }),
    };
  });
