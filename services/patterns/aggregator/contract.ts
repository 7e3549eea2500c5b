import { z } from 'zod';
import { label, orderId } from '#shared/contracts/fields.ts';
import type { DomainContract, EventContract, Flow } from '#shared/contracts/flow.ts';
import { definePizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { pizzaDomainsIn } from '../pizza-domains.ts';

export const AGGREGATOR = 'aggregator-service';
export const CONFIRMED = 'order.confirmed';

const domains = pizzaDomainsIn({ coordinator: AGGREGATOR, startedBy: {} });
const parts = domains.flatMap(({ events, requirement }) => (requirement && events[requirement.fulfilled]) ?? []);
const merge = <T>(fieldsOf: (part: EventContract) => Readonly<Record<string, T>>): Record<string, T> =>
  Object.assign({}, ...parts.map(fieldsOf));

/** The combined event holds what the three contributions hold, so that no consumer needs to correlate. */
const confirmation: DomainContract = {
  events: {
    [CONFIRMED]: {
      owner: AGGREGATOR,
      version: '1.0',
      about: 'orderId',
      askedByCorrelator: true,
      schema: z.looseObject(merge<z.core.SomeType>(({ schema }) => (schema as z.ZodObject).shape)),
      example: merge<unknown>(({ example }) => example),
    },
  },
};

const receipt: DomainContract = {
  events: {
    'receipt.issued': {
      owner: 'receipt-service',
      version: '1.0',
      about: 'receiptId',
      schema: z.looseObject({ orderId, receiptId: label, text: label }),
      example: {
        orderId: '12345',
        receiptId: 'rec-12345-001',
        text: 'Paid GBP 15.99, txn-001122. Your chef: Mario Rossi',
      },
    },
  },
};

export const flow: Flow = definePizzaFlow([...domains, confirmation, receipt]);
