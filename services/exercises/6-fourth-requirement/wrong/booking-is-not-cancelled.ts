import type { Service } from '#shared/runtime/service.ts';
import { deliveryService as right } from '../solution.ts';

export * from '../solution.ts';

/** The courier finds out at the door. */
export const deliveryService: Service = {
  ...right,
  reacts: () => ({
    'order.created': ['delivery.booked', 'delivery.refused'],
    'order.cancelled': [],
    'order.timeout': [],
  }),
};
