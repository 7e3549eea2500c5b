import { chance } from '#shared/contracts/chance.ts';
import type { Clock } from '#shared/kernel/clock.ts';
import { declinedCustomers, slowCustomers } from './bank-customers.ts';
import type { ChargeAnswer, ChargeRequest, PaymentGateway } from './gateway.ts';
import type { createJournal } from './journal.ts';

export interface SimulatedGatewayOptions extends Pick<Clock, 'now' | 'wait'> {
  readonly journal: ReturnType<typeof createJournal>;
  readonly seed: number;
  /** Share of charges declined at random. */
  readonly declineRate: number;
  /** Mean answer time, ms. */
  readonly latency: number;
  readonly timeScale: number;
}

const slowness = new Map<string, number>(Object.entries(slowCustomers));
const declines = new Map(Object.entries(declinedCustomers));

/** Deterministic by seed and paymentId. It writes its journal before it answers, as a real one does. */
export function createSimulatedGateway(options: SimulatedGatewayOptions): PaymentGateway {
  const { journal, now, wait, seed, declineRate, latency, timeScale } = options;

  /** Exponentially distributed, at most ten times the mean. */
  function takes({ customerId, paymentId }: ChargeRequest): number {
    const slow = slowness.get(customerId);
    return slow === undefined ? Math.min(10, -Math.log(1 - chance(seed, paymentId))) * latency : slow / timeScale;
  }

  return {
    async charge(request, patienceMs) {
      const { paymentId, orderId, amount, currency } = request;
      const decline = declineOf(request, seed, declineRate);
      const outcome: ChargeAnswer = decline
        ? { status: 'declined', ...decline }
        : { status: 'captured', transactionId: `txn-${paymentId}`, amount, currency };
      const entry = { orderId, answer: outcome, answersAt: Math.round(now() + takes(request)) };
      const { answer, answersAt } = await journal.charge(paymentId, entry);
      const left = answersAt - now();
      if (left > 0) await wait(Math.min(left, patienceMs));
      return left > patienceMs ? { status: 'pending' } : answer;
    },
    async cancel(paymentId) {
      return (await journal.charge(paymentId, { answer: { status: 'cancelled' }, answersAt: now() })).answer;
    },
    async refund(paymentId, orderId) {
      const charge = await journal.read(paymentId);
      if (charge?.answer.status !== 'captured' || charge.orderId !== orderId) return { status: 'unknown' };
      await journal.refund(paymentId);
      return { ...charge.answer, status: 'refunded' };
    },
  };
}

/** By rule, then at random by seed; undefined: approved. */
export function declineOf({ customerId, paymentId }: ChargeRequest, seed: number, rate: number) {
  const atRandom = rate > 0 && chance(seed, paymentId) < rate ? declinedCustomers['cust-declined'] : undefined;
  return declines.get(customerId) ?? atRandom;
}
