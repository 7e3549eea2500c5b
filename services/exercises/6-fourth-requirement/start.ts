import { z } from 'zod';
import { label, orderId } from '#shared/contracts/fields.ts';
import type { DomainContract } from '#shared/contracts/flow.ts';
import type { RecordedEvent } from '#shared/kernel/recorded-event.ts';
import type { Circumstances, Decision } from '#shared/kernel/rules.ts';
import type { Service } from '#shared/runtime/service.ts';
import type { Insertion } from '../repository-copy.ts';

/** Leave it: the copy of the repository that is started imports this file. */
export const file = import.meta.filename;

/** Becomes shared/contracts/delivery.ts. */
export const deliveryContract: DomainContract = {
  // TODO requirement: what the kitchen waits for, and how it is undone
  events: {
    'delivery.booked': {
      owner: 'delivery-service',
      version: '1.0',
      about: 'bookingId',
      schema: z.looseObject({ orderId, bookingId: label }),
      example: { orderId: '12345', bookingId: 'courier-12345-001' },
    },
  },
};

interface DeliveryState {
  readonly order?: { readonly eventId: string };
  readonly booked?: true;
}

function evolve(state: DeliveryState, { id, type }: RecordedEvent): DeliveryState {
  switch (type) {
    case 'order.created':
      return { ...state, order: { eventId: id } };
    case 'delivery.booked':
      return { ...state, booked: true };
    default:
      return state;
  }
}

function decide({ order, booked }: DeliveryState, { orderId }: Circumstances): Decision {
  if (!order || booked) return {};
  const data = { orderId, bookingId: `courier-${orderId}-001` };
  return { publish: [{ type: 'delivery.booked', cause: order.eventId, data }] };
}

/** Becomes services/delivery-service/service.ts. */
export const deliveryService: Service = {
  name: 'delivery-service',
  reacts: () => ({ 'order.created': ['delivery.booked'] }),
  behaviour: () => ({ rules: { initial: {}, evolve, decide, isClosed: () => true } }),
};

/** The rows: what is written into files that exist. */
export const lines: readonly Insertion[] = [
  {
    file: 'shared/contracts/pizza-flow.ts',
    after: "import { chefContract } from './chef.ts';\n",
    text: "import { deliveryContract } from './delivery.ts';\n",
  },
  // TODO the row in the table of domains, and the two lines in services/patterns/choreography/pattern.ts
];
