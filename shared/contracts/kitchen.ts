import { z } from 'zod';
import { label, orderId } from './fields.ts';
import { defineDomain, type Requirement } from './flow.ts';

/** For an event of another domain that the correlator publishes: the workshop's own exception, see `EventContract`. */
export const askedByKitchen = { owner: 'kitchen-service', version: '1.0', askedByCorrelator: true } as const;

export const READY_STATUS = 'ready-for-preparation';

/** kitchen.ready names the fulfilment of every requirement by its business id, so its schema derives from them. */
export const kitchenContract = <R extends Requirement>(requirements: readonly R[]) =>
  defineDomain({
    events: {
      'kitchen.ready': {
        owner: 'kitchen-service',
        version: '1.0',
        about: 'orderId',
        schema: z.looseObject({
          orderId,
          status: z.literal(READY_STATUS),
          correlationData: z.looseObject(fulfilments(requirements)),
        }),
        example: {
          orderId: '12345',
          status: READY_STATUS,
          correlationData: Object.fromEntries(
            requirements.map((r) => [r.businessId, workshopIds[r.name] ?? `${r.name}-12345-001`]),
          ),
        },
      },
    },
  });

const fulfilments = <R extends Requirement>(requirements: readonly R[]) =>
  Object.fromEntries(requirements.map((r) => [r.businessId, label])) as Record<R['businessId'], typeof label>;

const workshopIds: Record<string, string> = { payment: 'pay-xyz-789', inventory: 'res-456', chef: 'chef-mario' };
