import { z } from 'zod';
import { label, orderId } from '#shared/contracts/fields.ts';
import type { DomainContract } from '#shared/contracts/flow.ts';
import { askedByKitchen } from '#shared/contracts/kitchen.ts';
import type { RecordedEvent } from '#shared/kernel/recorded-event.ts';
import type { Circumstances, Decision } from '#shared/kernel/rules.ts';
import type { Service } from '#shared/runtime/service.ts';
import type { Insertion } from '../repository-copy.ts';

export const file = import.meta.filename;

const byDelivery = { owner: 'delivery-service', version: '1.0' } as const;
/** Of the request and of the report. */
const cancel = {
  schema: z.looseObject({ orderId, bookingId: label, reason: label }),
  about: 'bookingId',
  example: { orderId: '12345', bookingId: 'courier-12345-001', reason: 'order-cancelled' },
} as const;

export const deliveryContract: DomainContract = {
  requirement: {
    name: 'delivery',
    fulfilled: 'delivery.booked',
    rejected: 'delivery.refused',
    compensation: 'delivery.cancel',
    compensated: 'delivery.cancelled',
    businessId: 'bookingId',
    stage: 'courier_booked',
  },
  events: {
    'delivery.booked': {
      ...byDelivery,
      about: 'bookingId',
      schema: z.looseObject({ orderId, bookingId: label }),
      example: { orderId: '12345', bookingId: 'courier-12345-001' },
    },
    'delivery.refused': {
      ...byDelivery,
      schema: z.looseObject({ orderId, reason: label }),
      example: { orderId: '12345', reason: 'too-small' },
    },
    // The kitchen requests it, as every compensation; delivery reports that it is done.
    'delivery.cancel': { ...askedByKitchen, ...cancel },
    'delivery.cancelled': { ...byDelivery, ...cancel },
  },
};

interface DeliveryState {
  readonly order?: { readonly eventId: string; readonly totalAmount: number };
  readonly answered?: true;
  /** order.cancelled or order.timeout came: a tombstone. */
  readonly ended?: true;
  readonly cancel?: { readonly eventId: string; readonly reason: unknown };
  readonly cancelled?: true;
}

function evolve(state: DeliveryState, { id, type, data }: RecordedEvent): DeliveryState {
  switch (type) {
    case 'order.created':
      return { ...state, order: { eventId: id, totalAmount: Number(data.totalAmount) } };
    case 'delivery.booked':
    case 'delivery.refused':
      return { ...state, answered: true };
    case 'order.cancelled':
    case 'order.timeout':
      return { ...state, ended: true };
    case 'delivery.cancel':
      return { ...state, cancel: { eventId: id, reason: data.reason } };
    case 'delivery.cancelled':
      return { ...state, cancelled: true };
    default:
      return state;
  }
}

/** Courier and refusal, or the end of a booking: what is owed for what is known. */
function decide(state: DeliveryState, { orderId }: Circumstances): Decision {
  const { order, answered, ended, cancel, cancelled } = state;
  const bookingId = `courier-${orderId}-001`;
  if (order && !answered && !ended) {
    const cause = order.eventId;
    return order.totalAmount < 10
      ? { publish: [{ type: 'delivery.refused', cause, data: { orderId, reason: 'too-small' } }] }
      : { publish: [{ type: 'delivery.booked', cause, data: { orderId, bookingId } }] };
  }
  if (!cancel || cancelled) return {};
  const data = { orderId, bookingId, reason: cancel.reason };
  return { publish: [{ type: 'delivery.cancelled', cause: cancel.eventId, data }] };
}

export const deliveryService: Service = {
  name: 'delivery-service',
  reacts: () => ({
    'order.created': ['delivery.booked', 'delivery.refused'],
    'delivery.cancel': ['delivery.cancelled'],
    'order.cancelled': [],
    'order.timeout': [],
  }),
  behaviour: () => ({ rules: { initial: {}, evolve, decide, isClosed: () => true } }),
};

const CONTRACTS = 'shared/contracts/pizza-flow.ts';
const PATTERN = 'services/patterns/choreography/pattern.ts';

export const lines: readonly Insertion[] = [
  {
    file: CONTRACTS,
    after: "import { chefContract } from './chef.ts';\n",
    text: "import { deliveryContract } from './delivery.ts';\n",
  },
  { file: CONTRACTS, after: 'inventoryContract, chefContract', text: ', deliveryContract' },
  {
    file: PATTERN,
    after: "import { chefService } from '#services/chef-service/service.ts';\n",
    text: "import { deliveryService } from '#services/delivery-service/service.ts';\n",
  },
  { file: PATTERN, after: 'services: [chefService', text: ', deliveryService' },
];
