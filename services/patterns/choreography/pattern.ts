import { chefService } from '#services/chef-service/service.ts';
import { inventoryService } from '#services/inventory-service/service.ts';
import { kitchenService } from '#services/kitchen-service/service.ts';
import { orderService } from '#services/order-service/service.ts';
import { paymentService } from '#services/payment-service/service.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { Pattern } from '#shared/runtime/pattern.ts';

/** No service is commanded: each reacts to events; the kitchen waits for all contributions and decides. */
export const pattern: Pattern = {
  name: 'choreography',
  flow: pizzaFlow,
  services: [chefService, inventoryService, kitchenService, orderService, paymentService],
};
