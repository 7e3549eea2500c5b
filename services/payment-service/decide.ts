import { fromMinor, toMinor } from '#shared/contracts/money.ts';
import type { OrderCreated } from '#shared/contracts/order.ts';
import { hasEnded, orderToBegin } from '#shared/contracts/order-facts.ts';
import type { Circumstances, Decision, Effect, Owed } from '#shared/runtime/service.ts';
import type { Correlation, Count, Fact } from '#shared/store/store.ts';
import type { Captured, ChargeRequest } from './gateway.ts';

/** What payment learns from the gateway becomes a fact of the order: one answer to the charge, one per refund. */
export const ANSWER = 'gateway.answer';
export const PENDING = 'gateway.pending';
export const REFUND = 'gateway.refund';

/**
 * Charges an order once, unless it ended before. The intent is the recorded order with its deterministic paymentId: from
 * then on the gateway is asked, with the same key, until it has answered. Only payment.refund undoes.
 */
export function decide(correlation: Correlation, { now }: Circumstances, askAgainAfter: number): Decision {
  const { id: orderId, facts } = correlation;
  const ended = hasEnded(facts);
  const created = orderToBegin(facts);
  const answer = facts.find(({ type }) => type === ANSWER);
  const refunds = refundsOf(facts);
  const effects =
    created && !answer
      ? [chargeEffect(orderId, created, ended)]
      : refunds.filter(({ result }) => !result).map(({ request }) => refundEffect(request));
  const owesEffects = effects.length > 0;
  return {
    state: { payment: answer?.data.status ?? (created ? 'intended' : 'none') },
    emit: [
      ...pendingEvents(orderId, facts, created),
      ...answerEvents(orderId, answer, created),
      ...refunds.flatMap(refundEvents),
    ],
    counts: moneyCounts(answer, refunds),
    effects,
    dueAt: owesEffects ? now + askAgainAfter : undefined,
    closed: !owesEffects,
  };
}

export const paymentIdOf = (orderId: string): string => `pay-${orderId}-001`;

function chargeEffect(orderId: string, { data }: Fact, ended: boolean): Effect {
  const { customerId, totalAmount, currency } = data as OrderCreated;
  const amount = toMinor(totalAmount, currency);
  const charge: ChargeRequest = { orderId, paymentId: paymentIdOf(orderId), customerId, amount, currency };
  return { id: 'charge', input: { kind: ended ? 'cancel' : 'charge', charge } };
}

interface Refund {
  readonly request: Fact;
  readonly result: Fact | undefined;
}

const refundsOf = (facts: readonly Fact[]): Refund[] =>
  facts
    .filter(({ type }) => type === 'payment.refund')
    .map((request) => ({
      request,
      result: facts.find(({ type, data }) => type === REFUND && data.paymentId === request.data.paymentId),
    }));

const refundEffect = ({ data }: Fact): Effect => ({
  id: `refund:${data.paymentId}`,
  input: { kind: 'refund', paymentId: data.paymentId, orderId: data.orderId },
});

const pendingEvents = (orderId: string, facts: readonly Fact[], cause: Fact | undefined): Owed[] =>
  facts.some(({ type }) => type === PENDING)
    ? [{ type: 'payment.initiated', cause, data: { orderId, paymentId: paymentIdOf(orderId) } }]
    : [];

function answerEvents(orderId: string, answer: Fact | undefined, cause: Fact | undefined): Owed[] {
  if (answer?.data.status === 'captured') {
    const { transactionId, amount, currency } = answer.data as unknown as Captured;
    const charged = { status: 'approved', amountCharged: fromMinor(amount, currency), currency, transactionId };
    return [{ type: 'payment.completed', cause, data: { orderId, paymentId: paymentIdOf(orderId), ...charged } }];
  }
  if (answer?.data.status === 'declined') {
    const { reason, errorCode } = answer.data;
    return [{ type: 'payment.failed', cause, data: { orderId, reason, errorCode } }];
  }
  return [];
}

function refundEvents({ request, result }: Refund): Owed[] {
  if (result?.data.status !== 'refunded') return [];
  const { paymentId, orderId } = request.data;
  const { amount, currency, transactionId } = result.data as unknown as Captured;
  const refunded = { status: 'refunded', amountRefunded: fromMinor(amount, currency), currency, transactionId };
  return [{ type: 'payment.refunded', cause: request, data: { orderId, paymentId, ...refunded } }];
}

/** A payment that only its refund makes known (a second charge) was captured, too: else the ledger could not balance. */
function moneyCounts(answer: Fact | undefined, refunds: readonly Refund[]): Count[] {
  const refunded = refunds.flatMap(({ result }) => (result?.data.status === 'refunded' ? [result] : []));
  const others = refunded.filter(({ data }) => data.paymentId !== answer?.data.paymentId);
  const captured = answer?.data.status === 'captured' ? [answer, ...others] : others;
  return [...captured.map(moneyCount('captured')), ...refunded.map(moneyCount('refunded'))];
}

const moneyCount =
  (flow: string) =>
  ({ data }: Fact): Count => ({
    once: `${flow}:${data.paymentId}`,
    total: `money:${flow}:${data.currency}`,
    by: Number(data.amount),
  });
