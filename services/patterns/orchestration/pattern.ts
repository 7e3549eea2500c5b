import type { Pattern } from '#shared/runtime/pattern.ts';
import { chefService } from '../../chef-service/service.ts';
import { inventoryService } from '../../inventory-service/service.ts';
import { orderService } from '../../order-service/service.ts';
import { paymentService } from '../../payment-service/service.ts';
import { kitchenToldBy } from '../told-kitchen.ts';
import { flow, PREPARE } from './contract.ts';
import { orchestratorService } from './service.ts';

/** One service commands all others: in parallel, or one after the other. */
export const orchestration = (name: string, { sequential }: { readonly sequential: boolean }): Pattern => ({
  name,
  flow,
  services: [
    orderService,
    orchestratorService(sequential),
    paymentService,
    inventoryService,
    chefService,
    kitchenToldBy(PREPARE),
  ],
});

export const pattern = orchestration('orchestration', { sequential: false });
