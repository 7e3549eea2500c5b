import { z } from 'zod';
import { amount, currency, fitsCurrency, label, orderId } from './fields.ts';
import { type DataOf, defineDomain } from './flow.ts';
import { askedByKitchen } from './kitchen.ts';
import { isCurrency } from './money.ts';
import { sizes } from './sizes.ts';

const orderFields = {
  customerId: label,
  pizzaType: label,
  toppings: z.array(label, 'must be a list of topping names').max(20, 'must have at most 20 entries'),
  size: z.enum(sizes, `must be one of ${sizes.join(', ')}`),
  totalAmount: amount,
  currency,
};

const totalFits = (order: { totalAmount: number; currency: string }): boolean =>
  fitsCurrency(order.totalAmount, order.currency);
const totalMisfit = {
  path: ['totalAmount'],
  message: 'must have no more decimals than its currency (GBP: 2, JPY: 0), and 10 digits at most',
  // Checked whenever both fields are usable, whatever else is wrong: every problem is reported at once, and none twice.
  when: ({ value }: { value: unknown }): boolean => {
    const { totalAmount, currency: code } = (value ?? {}) as Record<string, unknown>;
    return Number.isFinite(totalAmount) && Number(totalAmount) > 0 && typeof code === 'string' && isCurrency(code);
  },
};

/** The body of `POST /orders`. Unknown fields are refused: no typo is silently dropped, and no card data gets in. */
export const orderRequest = z.strictObject(orderFields).refine(totalFits, totalMisfit);
export type OrderRequest = DataOf<typeof orderRequest>;

const orderCreated = z.looseObject({ orderId, ...orderFields }).refine(totalFits, totalMisfit);
export type OrderCreated = DataOf<typeof orderCreated>;

const types = z.array(label);
const orderTimeout = z.looseObject({ orderId, receivedEvents: types, missingEvents: types, reason: label });
const orderCancelled = z.looseObject({ orderId, reason: label });

const byOrder = { owner: 'order-service', version: '1.0' } as const;

export const orderContract = defineDomain({
  events: {
    'order.created': {
      ...byOrder,
      schema: orderCreated,
      about: 'orderId',
      example: {
        orderId: '12345',
        customerId: 'cust-789',
        pizzaType: 'margherita',
        toppings: ['extra-cheese', 'olives'],
        size: 'large',
        totalAmount: 15.99,
        currency: 'GBP',
      },
    },
    'order.timeout': {
      ...askedByKitchen,
      schema: orderTimeout,
      about: 'orderId',
      example: {
        orderId: '12345',
        receivedEvents: ['payment.completed', 'inventory.reserved'],
        missingEvents: ['chef.assigned'],
        reason: 'not-all-events-received',
      },
    },
    'order.cancelled': {
      ...askedByKitchen,
      schema: orderCancelled,
      about: 'orderId',
      example: { orderId: '12345', reason: 'payment-failed: insufficient-funds' },
    },
  },
});
