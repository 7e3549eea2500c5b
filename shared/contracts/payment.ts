import { z } from 'zod';
import { amount, currency, fitsCurrency, label, orderId } from './fields.ts';
import { type DataOf, defineDomain } from './flow.ts';
import { askedByKitchen } from './kitchen.ts';
import { toMinor } from './money.ts';

const decimals = 'must have no more decimals than its currency';

const initiated = z.looseObject({ orderId, paymentId: label });
const completed = z
  .looseObject({ orderId, paymentId: label, status: label, amountCharged: amount, currency, transactionId: label })
  .refine((data) => fitsCurrency(data.amountCharged, data.currency), { path: ['amountCharged'], message: decimals });
const failed = z.looseObject({ orderId, reason: label, errorCode: label });
const refund = z.looseObject({ orderId, paymentId: label, reason: label });
const refunded = z
  .looseObject({ orderId, paymentId: label, status: label, amountRefunded: amount, currency, transactionId: label })
  .refine((data) => fitsCurrency(data.amountRefunded, data.currency), { path: ['amountRefunded'], message: decimals });

/** What payment.completed or payment.refunded says was moved: in minor units of its currency, as a gateway has it. */
export function movedBy(data: DataOf<typeof completed> | DataOf<typeof refunded>) {
  const { currency, transactionId } = data;
  const amount = 'amountCharged' in data ? data.amountCharged : data.amountRefunded;
  return { transactionId, amount: toMinor(amount, currency), currency };
}
const byPayment = { owner: 'payment-service', version: '1.0' } as const;

export const paymentContract = defineDomain({
  requirement: {
    name: 'payment',
    fulfilled: 'payment.completed',
    rejected: 'payment.failed',
    compensation: 'payment.refund',
    compensated: 'payment.refunded',
    businessId: 'paymentId',
    amount: { value: 'amountCharged', currency: 'currency' },
    stage: 'paid',
  },
  events: {
    'payment.initiated': {
      ...byPayment,
      exceptional: true,
      schema: initiated,
      about: 'paymentId',
      example: { orderId: '12345', paymentId: 'pay-12345-001' },
    },
    'payment.completed': {
      ...byPayment,
      schema: completed,
      about: 'paymentId',
      example: {
        orderId: '12345',
        paymentId: 'pay-xyz-789',
        status: 'approved',
        amountCharged: 15.99,
        currency: 'GBP',
        transactionId: 'txn-001122',
      },
    },
    'payment.failed': {
      ...byPayment,
      schema: failed,
      example: { orderId: '12345', reason: 'insufficient-funds', errorCode: 'E001' },
    },
    'payment.refund': {
      ...askedByKitchen,
      schema: refund,
      about: 'paymentId',
      example: { orderId: '12345', paymentId: 'pay-xyz-789', reason: 'order-timeout' },
    },
    'payment.refunded': {
      ...byPayment,
      schema: refunded,
      about: 'paymentId',
      example: {
        orderId: '12345',
        paymentId: 'pay-xyz-789',
        status: 'refunded',
        amountRefunded: 15.99,
        currency: 'GBP',
        transactionId: 'txn-001122',
      },
    },
  },
});
