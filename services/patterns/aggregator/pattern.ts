import type { Pattern } from '#shared/runtime/pattern.ts';
import { chefService } from '../../chef-service/service.ts';
import { inventoryService } from '../../inventory-service/service.ts';
import { orderService } from '../../order-service/service.ts';
import { paymentService } from '../../payment-service/service.ts';
import { kitchenToldBy } from '../told-kitchen.ts';
import { aggregatorService } from './aggregator.ts';
import { CONFIRMED, flow } from './contract.ts';
import { receiptService } from './receipt.ts';

/** Services react to events by themselves; one of them collects what they say, for all who need it together. */
export const pattern: Pattern = {
  name: 'aggregator',
  flow,
  services: [
    orderService,
    paymentService,
    inventoryService,
    chefService,
    aggregatorService,
    kitchenToldBy(CONFIRMED),
    receiptService,
  ],
};
