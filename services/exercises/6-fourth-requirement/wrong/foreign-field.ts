import { z } from 'zod';
import { amount, label, orderId } from '#shared/contracts/fields.ts';
import type { DomainContract } from '#shared/contracts/flow.ts';
import { deliveryContract as right } from '../solution.ts';

export * from '../solution.ts';

/** The courier wants to know what to collect. */
export const deliveryContract: DomainContract = {
  ...right,
  events: {
    ...right.events,
    'delivery.booked': {
      owner: 'delivery-service',
      version: '1.0',
      about: 'bookingId',
      schema: z.looseObject({ orderId, bookingId: label, totalAmount: amount }),
      example: { orderId: '12345', bookingId: 'courier-12345-001', totalAmount: 15.99 },
    },
  },
};
