import { z } from 'zod';
import { label, orderId, timestamp } from '#shared/contracts/fields.ts';
import type { DomainContract, Flow } from '#shared/contracts/flow.ts';
import { orderContract } from '#shared/contracts/order.ts';
import { definePizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { pizzaDomainsIn } from '../pizza-domains.ts';

export const ACCEPTANCE = 'acceptance-service';
export const ACCEPTED = 'order.accepted';

/** What the owners tell of their data, so that others can keep a copy. */
export const STOCK = 'inventory.counted';
export const SLOTS = 'chef.counted';
export const CREDIT = 'payment.limited';

const domains = pizzaDomainsIn({
  coordinator: ACCEPTANCE,
  startedBy: { payment: ACCEPTED, inventory: ACCEPTED, chef: ACCEPTED },
});
const requirements = domains.flatMap(({ requirement }) => requirement ?? []);
const order = orderContract.events['order.created'];

/** Stream sequence of the event that a copy was taken from; 0: none yet, the copy is what is configured. */
const sequence = z.int().nonnegative();

/** Carries all that its consumers need: the order, the ids of what they are to do, and which copies it was decided on. */
const acceptance: DomainContract = {
  events: {
    [ACCEPTED]: {
      owner: ACCEPTANCE,
      version: '1.0',
      about: 'orderId',
      askedByCorrelator: true,
      schema: z.looseObject({
        ...order.schema.shape,
        ...Object.fromEntries(requirements.map(({ businessId }) => [businessId, label])),
        stockSequence: sequence,
        slotsSequence: sequence,
      }),
      example: {
        ...order.example,
        paymentId: 'pay-12345-001',
        reservationId: 'inv-12345-001',
        chefId: 'chef-mario',
        stockSequence: 4711,
        slotsSequence: 4708,
      },
    },
  },
};

const units = z.record(label, z.int().nonnegative());

const levels: DomainContract = {
  events: {
    [STOCK]: {
      owner: 'inventory-service',
      version: '1.0',
      about: 'orderId',
      schema: z.looseObject({ orderId, stock: units }),
      example: { orderId: '12345', stock: { 'dough-large': 999_999, cheese: 99_999_800, truffle: 0 } },
    },
    [SLOTS]: {
      owner: 'chef-service',
      version: '1.0',
      about: 'orderId',
      schema: z.looseObject({ orderId, freeSlots: units }),
      example: { orderId: '12345', freeSlots: { 'chef-mario': 99_999, 'chef-sofia': 100_000 } },
    },
    [CREDIT]: {
      owner: 'payment-service',
      exceptional: true,
      version: '1.0',
      about: 'orderId',
      schema: z.looseObject({
        orderId,
        customerId: label,
        creditLimit: z.number().nonnegative(),
        validUntil: timestamp,
      }),
      example: { orderId: '12345', customerId: 'cust-789', creditLimit: 0, validUntil: '2026-01-13T10:31:00Z' },
    },
  },
};

export const flow: Flow = { ...definePizzaFlow([...domains, acceptance, levels]), fulfilledLater: true };
