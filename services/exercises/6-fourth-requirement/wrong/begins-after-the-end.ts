import type { Service } from '#shared/runtime/service.ts';
import { deliveryService as right } from '../solution.ts';

export * from '../solution.ts';

/** Who booked in vain is asked to cancel, so there is no need to hear of the order's end. */
export const deliveryService: Service = {
  ...right,
  reacts: () => ({
    'order.created': ['delivery.booked', 'delivery.refused'],
    'delivery.cancel': ['delivery.cancelled'],
  }),
};
