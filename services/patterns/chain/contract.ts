import type { z } from 'zod';
import type { EventContract, Flow } from '#shared/contracts/flow.ts';
import { definePizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { pizzaDomainsIn } from '../pizza-domains.ts';

/** What makes a link begin, and its own events that forward all that this one carried. */
export const links: Readonly<Record<string, readonly string[]>> = {
  'order.created': ['payment.completed'],
  'payment.completed': ['inventory.reserved', 'inventory.unavailable', 'inventory.expired'],
  'inventory.reserved': ['chef.assigned', 'chef.unavailable'],
};

const domains = pizzaDomainsIn({
  coordinator: 'kitchen-service',
  startedBy: { inventory: 'payment.completed', chef: 'inventory.reserved' },
});
const own: Readonly<Record<string, EventContract>> = Object.assign({}, ...domains.map(({ events }) => events));

/** The contract of a type in the chain: its own fields, and those of every event before it. */
function chained(type: string): EventContract {
  const contract = own[type] as EventContract;
  const [before] = Object.entries(links).find(([, types]) => types.includes(type)) ?? [];
  return before ? forwarding(contract, chained(before)) : contract;
}

function forwarding(contract: EventContract, before: EventContract): EventContract {
  const schema = contract.schema as z.ZodObject;
  const { shape } = before.schema as z.ZodObject;
  return {
    ...contract,
    schema: schema.safeExtend({ ...shape, ...schema.shape }),
    example: { ...before.example, ...contract.example },
  };
}

export const flow: Flow = definePizzaFlow(
  domains.map(({ events, ...domain }) => ({
    ...domain,
    events: Object.fromEntries(Object.keys(events).map((type) => [type, chained(type)])),
  })),
);
