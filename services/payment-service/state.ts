import { movedBy } from '#shared/contracts/payment.ts';
import type { PizzaEventData } from '#shared/contracts/pizza-flow.ts';
import type { EventOf } from '#shared/kernel/recorded-event.ts';
import type { Captured, ChargeAnswer, RefundAnswer } from './gateway.ts';

/** What payment learns from the gateway is recorded as events of the order. */
export interface LearntData {
  /** No answer in time: whether it captured is unknown. */
  'gateway.pending': Record<never, never>;
  'gateway.answer': Exclude<ChargeAnswer, { status: 'pending' }>;
  'gateway.refund': { readonly paymentId: string; readonly orderId: string } & RefundAnswer;
}

export type PaymentEvent =
  | EventOf<LearntData>
  | EventOf<
      PizzaEventData,
      | 'order.created'
      | 'order.timeout'
      | 'order.cancelled'
      | 'payment.refund'
      | 'payment.initiated'
      | 'payment.completed'
      | 'payment.failed'
      | 'payment.refunded'
    >;

/** A requested refund, of this order's own payment or of one that somebody else made. */
export interface Refund {
  /** Of the request. */
  readonly eventId?: string;
  readonly isForeign: boolean;
  readonly answer?: RefundAnswer;
  readonly reported?: true;
}

export interface PaymentState {
  /** The intent to charge, recorded before the order ended. */
  readonly order?: { readonly eventId: string } & Pick<
    PizzaEventData['order.created'],
    'customerId' | 'totalAmount' | 'currency'
  >;
  readonly ended?: true;
  readonly pending?: true;
  /** payment.initiated is decided. */
  readonly initiated?: true;
  readonly answer?: LearntData['gateway.answer'];
  /** payment.completed or payment.failed is decided. */
  readonly answered?: true;
  /** By payment id. */
  readonly refunds: ReadonlyMap<string, Refund>;
}

export const initial: PaymentState = { refunds: new Map() };

export const paymentIdOf = (orderId: string): string => `pay-${orderId}-001`;

export function evolve(state: PaymentState, event: PaymentEvent): PaymentState {
  switch (event.type) {
    case 'order.created': {
      const { customerId, totalAmount, currency } = event.data;
      if (state.order || state.ended) return state;
      return { ...state, order: { eventId: event.id, customerId, totalAmount, currency } };
    }
    case 'order.timeout':
    case 'order.cancelled':
      return { ...state, ended: true };
    case 'gateway.pending':
      return { ...state, pending: true };
    case 'payment.initiated':
      return { ...state, pending: true, initiated: true };
    case 'gateway.answer':
      return { ...state, answer: event.data };
    case 'payment.failed': {
      const { reason, errorCode } = event.data;
      return { ...state, answer: { status: 'declined', reason, errorCode }, answered: true };
    }
    case 'payment.completed': {
      // A second charge made by somebody else: only its refund is payment's.
      if (event.data.paymentId !== paymentIdOf(event.data.orderId)) return state;
      return { ...state, answer: { status: 'captured', ...movedBy(event.data) }, answered: true };
    }
    case 'payment.refund':
      return withRefund(state, event.data, { eventId: event.id });
    case 'gateway.refund': {
      const { paymentId, orderId, ...answer } = event.data;
      return withRefund(state, { paymentId, orderId }, { answer });
    }
    case 'payment.refunded':
      return withRefund(state, event.data, { answer: { status: 'refunded', ...movedBy(event.data) }, reported: true });
    default:
      return event satisfies never;
  }
}

function withRefund(
  state: PaymentState,
  { paymentId, orderId }: { readonly paymentId: string; readonly orderId: string },
  known: Omit<Refund, 'isForeign'>,
): PaymentState {
  const isForeign = paymentId !== paymentIdOf(orderId);
  const refund = { ...state.refunds.get(paymentId), ...known, isForeign };
  return { ...state, refunds: new Map(state.refunds).set(paymentId, refund) };
}

/** The gateway's answer to the charge or to a refund is missing. */
export const isOpen = ({ order, answer, refunds }: PaymentState): boolean =>
  order && !answer ? true : [...refunds.values()].some((refund) => !refund.answer);

/** `money:<captured|refunded>:<currency>` in minor units. A payment known only by its refund was captured as well. */
export function tally({ answer, refunds }: PaymentState): Record<string, number> {
  const sums: Record<string, number> = {};
  const add = (flow: string, { amount, currency }: Captured) => {
    sums[`money:${flow}:${currency}`] = (sums[`money:${flow}:${currency}`] ?? 0) + amount;
  };
  if (answer?.status === 'captured') add('captured', answer);
  for (const { answer: refund, isForeign } of refunds.values()) {
    if (refund?.status !== 'refunded') continue;
    add('refunded', refund);
    if (isForeign || answer?.status !== 'captured') add('captured', refund);
  }
  return sums;
}
