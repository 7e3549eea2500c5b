import type { Pattern } from '#shared/runtime/pattern.ts';
import { chefService } from '../../chef-service/service.ts';
import { inventoryService } from '../../inventory-service/service.ts';
import { orderService } from '../../order-service/service.ts';
import { paymentService } from '../../payment-service/service.ts';
import { flow } from './contract.ts';
import { forwarding } from './forwarding.ts';
import { lastKitchen } from './last-kitchen.ts';

/** The anti-pattern: payment, inventory, chef, kitchen one after the other, each forwarding all data that came before. */
export const pattern: Pattern = {
  name: 'chain',
  flow,
  services: [
    orderService,
    forwarding(paymentService),
    forwarding(inventoryService),
    forwarding(chefService),
    lastKitchen,
  ],
  cannotKeep: {
    'times out without a chef: payment refunded, stock released':
      'nobody waits for the order: the kitchen first hears of it from the last link',
    'refunds a second, different payment for one order, and keeps the first':
      'the next link begins once, so nobody who could ask for the refund hears of the second payment',
  },
};
