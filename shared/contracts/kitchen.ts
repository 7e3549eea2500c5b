import { z } from 'zod';
import { label, orderId } from './fields.ts';
import type { DomainContract, Requirement } from './flow.ts';

/** kitchen.ready names the fulfilment of every requirement by its business id, so its schema derives from them. */
export const kitchenContract = (requirements: readonly Requirement[]): DomainContract => ({
  events: {
    'kitchen.ready': {
      owner: 'kitchen-service',
      version: '1.0',
      about: 'orderId',
      schema: z.looseObject({
        orderId,
        status: z.literal('ready-for-preparation'),
        correlationData: z.looseObject(Object.fromEntries(requirements.map((r) => [r.businessId, label]))),
      }),
      example: {
        orderId: '12345',
        status: 'ready-for-preparation',
        correlationData: Object.fromEntries(
          requirements.map((r) => [r.businessId, workshopIds[r.name] ?? `${r.name}-12345-001`]),
        ),
      },
    },
  },
});

const workshopIds: Record<string, string> = { payment: 'pay-xyz-789', inventory: 'res-456', chef: 'chef-mario' };
