import { z } from 'zod';
import { label, orderId } from './fields.ts';
import { defineDomain } from './flow.ts';

const assigned = z.looseObject({
  orderId,
  chefId: label,
  chefName: label,
  estimatedPrepTime: z.number().positive('must be minutes, more than 0'),
  specialtyMatch: z.boolean(),
});
const unavailable = z.looseObject({ orderId, reason: label });
const release = z.looseObject({ orderId, chefId: label, reason: label });

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
      owner: 'chef-service',
      version: '1.0',
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
      owner: 'chef-service',
      version: '1.0',
      schema: unavailable,
      example: { orderId: '12345', reason: 'no-chef-with-that-specialty' },
    },
    'chef.release': {
      owner: 'kitchen-service',
      askedByCorrelator: true,
      version: '1.0',
      schema: release,
      about: 'chefId',
      example: { orderId: '12345', chefId: 'chef-mario', reason: 'order-timeout' },
    },
    'chef.released': {
      owner: 'chef-service',
      version: '1.0',
      schema: release,
      about: 'chefId',
      example: { orderId: '12345', chefId: 'chef-mario', reason: 'order-timeout' },
    },
  },
});
