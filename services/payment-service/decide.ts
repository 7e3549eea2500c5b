import { fromMinor, toMinor } from '#shared/contracts/money.ts';
import type { Circumstances, Decision, Draft, Effect } from '#shared/kernel/rules.ts';
import type { ChargeRequest } from './gateway.ts';
import { type PaymentState, paymentIdOf, type Refund } from './state.ts';

export type GatewayCall = Effect &
  (
    | { readonly kind: 'charge'; readonly charge: ChargeRequest }
    | { readonly kind: 'cancel'; readonly paymentId: string }
    | { readonly kind: 'refund'; readonly paymentId: string; readonly orderId: string }
  );

/**
 * Charges an order once, unless it ended before. The intent is the recorded order with its deterministic payment id: the gateway
 * is then asked with this key until it has answered. Only payment.refund undoes a charge.
 */
export function decide(state: PaymentState, { orderId }: Circumstances): Decision<GatewayCall> {
  return { publish: [...payment(orderId, state), ...refunded(orderId, state)], effects: calls(orderId, state) };
}

function calls(orderId: string, { order, ended, answer, refunds }: PaymentState): GatewayCall[] {
  const paymentId = paymentIdOf(orderId);
  if (order && !answer) {
    const { customerId, totalAmount, currency } = order;
    const charge = { orderId, paymentId, customerId, amount: toMinor(totalAmount, currency), currency };
    return [ended ? { id: 'charge', kind: 'cancel', paymentId } : { id: 'charge', kind: 'charge', charge }];
  }
  const unanswered = [...refunds].filter(([, refund]) => !refund.answer);
  return unanswered.map(([id]) => ({ id: `refund:${id}`, kind: 'refund', paymentId: id, orderId }));
}

function payment(orderId: string, { order, pending, initiated, answer, answered }: PaymentState): Draft[] {
  const paymentId = paymentIdOf(orderId);
  const caused = order && { cause: order.eventId };
  const first: Draft[] =
    pending && !initiated && !answer ? [{ type: 'payment.initiated', ...caused, data: { orderId, paymentId } }] : [];
  if (!answer || answered) return first;
  if (answer.status === 'declined') {
    const { reason, errorCode } = answer;
    return [{ type: 'payment.failed', ...caused, data: { orderId, reason, errorCode } }];
  }
  if (answer.status === 'cancelled') return first;
  const { transactionId, amount, currency } = answer;
  const charged = { status: 'approved', amountCharged: fromMinor(amount, currency), currency, transactionId };
  return [{ type: 'payment.completed', ...caused, data: { orderId, paymentId, ...charged } }];
}

const refunded = (orderId: string, { refunds }: PaymentState): Draft[] =>
  [...refunds].flatMap(([paymentId, refund]) => reportOf(orderId, paymentId, refund));

function reportOf(orderId: string, paymentId: string, { eventId, answer, reported }: Refund): Draft[] {
  if (reported || answer?.status !== 'refunded') return [];
  const { amount, currency, transactionId } = answer;
  const data = { status: 'refunded', amountRefunded: fromMinor(amount, currency), currency, transactionId };
  return [{ type: 'payment.refunded', ...(eventId && { cause: eventId }), data: { orderId, paymentId, ...data } }];
}
