import { z } from 'zod';
import { label, orderId } from './fields.ts';
import { defineDomain } from './flow.ts';
import { askedByKitchen } from './kitchen.ts';

const assigned = z.looseObject({
  orderId,
  chefId: label,
  chefName: label,
  estimatedPrepTime: z.number().positive('must be minutes, more than 0'),
  specialtyMatch: z.boolean(),
});
const unavailable = z.looseObject({ orderId, reason: label });
/** Of the request and of the report. */
const release = {
  schema: z.looseObject({ orderId, chefId: label, reason: label }),
  about: 'chefId',
  example: { orderId: '12345', chefId: 'chef-mario', reason: 'order-timeout' },
} as const;

const byChef = { owner: 'chef-service', version: '1.0' } as const;

export const chefContract = defineDomain({
  requirement: {
    name: 'chef',
    fulfilled: 'chef.assigned',
    rejected: 'chef.unavailable',
    compensation: 'chef.release',
    compensated: 'chef.released',
    businessId: 'chefId',
    takes: { units: ({ chefId }) => ({ [String(chefId)]: 1 }), lent: true },
    stage: 'chef_assigned',
  },
  events: {
    'chef.assigned': {
      ...byChef,
      schema: assigned,
      about: 'chefId',
      example: {
        orderId: '12345',
        chefId: 'chef-mario',
        chefName: 'Mario Rossi',
        estimatedPrepTime: 12,
        specialtyMatch: true,
      },
    },
    'chef.unavailable': {
      ...byChef,
      schema: unavailable,
      example: { orderId: '12345', reason: 'no-chef-with-that-specialty' },
    },
    'chef.release': { ...askedByKitchen, ...release },
    'chef.released': { ...byChef, ...release },
  },
});
