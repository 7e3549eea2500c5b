import { z } from 'zod';
import { label } from '#shared/contracts/fields.ts';
import type { DomainContract, EventContract, Flow, Requirement } from '#shared/contracts/flow.ts';
import { orderContract } from '#shared/contracts/order.ts';
import { definePizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { pizzaDomainsIn } from '../pizza-domains.ts';

export const ORCHESTRATOR = 'orchestrator-service';
export const PREPARE = 'kitchen.prepare';

type Field = keyof typeof orderFields;
const { schema, example } = orderContract.events['order.created'];
const orderFields = schema.shape;

/** What each command tells its receiver of the order. */
export const commands: Readonly<Record<string, readonly Field[]>> = {
  'payment.charge': ['orderId', 'customerId', 'totalAmount', 'currency'],
  'inventory.reserve': ['orderId', 'pizzaType', 'toppings', 'size'],
  'chef.assign': ['orderId', 'pizzaType', 'size'],
};

/** A command belongs to the domain that carries it out; the orchestrator alone may give it. */
const byOrchestrator = { owner: ORCHESTRATOR, version: '1.0', about: 'orderId', askedByCorrelator: true } as const;

const picked = <T>(all: Readonly<Record<Field, T>>, fields: readonly Field[]) =>
  Object.fromEntries(fields.map((field) => [field, all[field]]));

const commandOf = (fields: readonly Field[]): EventContract => ({
  ...byOrchestrator,
  schema: z.looseObject(picked<z.ZodType>(orderFields, fields)),
  example: picked<unknown>(example, fields),
});

const prepare = (requirements: readonly Requirement[]): EventContract => ({
  ...byOrchestrator,
  schema: z.looseObject({
    orderId: orderFields.orderId,
    ...Object.fromEntries(requirements.map(({ businessId }) => [businessId, label])),
  }),
  example: {
    orderId: '12345',
    ...Object.fromEntries(requirements.map(({ businessId, name }) => [businessId, `${name}-12345-001`])),
  },
});

const domains = pizzaDomainsIn({
  coordinator: ORCHESTRATOR,
  startedBy: { payment: 'payment.charge', inventory: 'inventory.reserve', chef: 'chef.assign' },
});

const commanded: DomainContract = {
  events: {
    ...Object.fromEntries(Object.entries(commands).map(([type, fields]) => [type, commandOf(fields)])),
    [PREPARE]: prepare(domains.flatMap(({ requirement }) => requirement ?? [])),
  },
};

export const flow: Flow = definePizzaFlow([...domains, commanded]);
