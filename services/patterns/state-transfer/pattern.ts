import type { Pattern } from '#shared/runtime/pattern.ts';
import { chefService } from '../../chef-service/service.ts';
import { inventoryService } from '../../inventory-service/service.ts';
import { orderService } from '../../order-service/service.ts';
import { paymentService } from '../../payment-service/service.ts';
import type { PaymentState } from '../../payment-service/state.ts';
import { kitchenToldBy } from '../told-kitchen.ts';
import { acceptanceService } from './acceptance.ts';
import { announcing } from './announcing.ts';
import { ACCEPTED, CREDIT, flow, SLOTS, STOCK } from './contract.ts';
import { assigningTheNamed } from './named-chef.ts';

const { ready, cancelled } = flow.outcomes;
/** A declined customer has no credit for so long. */
const DECLINE_COUNTS_MS = 60_000;

const LATER = 'the pizza is made on the copies: what its owner finds out later is reported, and cancels nothing';

/** Event-carried state transfer: the acceptance decides on copies of everybody's data; the owners follow, and correct the copies. */
export const pattern: Pattern = {
  name: 'state-transfer',
  flow,
  services: [
    orderService,
    acceptanceService,
    kitchenToldBy(ACCEPTED),
    announcing<PaymentState>(paymentService, {
      type: CREDIT,
      after: ['payment.failed'],
      data:
        ({ settings: { TIME_SCALE } }) =>
        async ({ order }, now) => ({
          customerId: order?.customerId,
          creditLimit: 0,
          validUntil: new Date(now + DECLINE_COUNTS_MS / TIME_SCALE).toISOString(),
        }),
    }),
    announcing(inventoryService, {
      type: STOCK,
      after: [ACCEPTED, cancelled],
      data: ({ openStore }) => {
        const store = openStore(inventoryService.name);
        return async () => ({ stock: (await store.counters()).pools });
      },
    }),
    announcing(assigningTheNamed(chefService), {
      type: SLOTS,
      after: [ready, cancelled],
      data: ({ openStore }) => {
        const store = openStore(chefService.name);
        return async () => ({ freeSlots: (await store.counters()).pools });
      },
    }),
  ],
  cannotKeep: {
    'a crowd of orders at once, of every kind: each ends once, and everything balances':
      'the first orders of a customer without credit are made: the copies do not know it yet',
    'a declined card cancels the order, and the owners report what they undid': LATER,
    'times out without a chef: payment refunded, stock released':
      'nobody is waited for: the pizza is made without a chef',
    'cancels when the reservation runs out before the order is ready': 'the pizza is made before anything is reserved',
    'begins no work for an order that was cancelled before':
      'the acceptance alone ends orders, so it does not listen for an end that others made up',
  },
};
