import { chance } from '#shared/contracts/chance.ts';
import { learntAt } from '#shared/contracts/order-facts.ts';
import { own } from '#shared/contracts/own.ts';
import { movedBy } from '#shared/contracts/payment.ts';
import type { HostClock } from '#shared/host/host-clock.ts';
import type { CorrelationStore, Fact } from '#shared/store/correlation-store.ts';
import { slowCustomers } from './bank-customers.ts';
import { declineOf } from './declines.ts';
import type { ChargeAnswer, ChargeRequest, PaymentGateway } from './gateway.ts';

export interface SimulatedGatewayOptions extends Pick<HostClock, 'now' | 'wait'> {
  /** Its own journal, apart from payment's data, so that an audit can reconcile the two. One entry per paymentId. */
  readonly journal: CorrelationStore;
  /** How long it keeps an entry. */
  readonly keepMs: number;
  readonly seed: number;
  /** Share of charges declined at random. */
  readonly declineRate: number;
  /** Mean answer time, ms. */
  readonly latency: number;
  readonly timeScale: number;
}

/** Deterministic by seed and paymentId. What it did is in its journal before it answers, as with a real one. */
export function createSimulatedGateway(options: SimulatedGatewayOptions): PaymentGateway {
  const { journal, keepMs, now, wait, seed, declineRate, latency, timeScale } = options;

  /** The first outcome of a paymentId stands, whoever asks again: `answer`, and when it is given. */
  async function settle(paymentId: string, orderId: string | undefined, outcome: ChargeAnswer, takesMs: number) {
    const entry = { orderId, answer: outcome, answersAt: now() + takesMs };
    const charge = learntAt(now(), 'charge', 'gateway.charge', entry);
    const first = { state: {}, facts: [charge], dueAt: undefined, forgetAfterMs: keepMs };
    const written = await journal.commit(paymentId, 0, first);
    const { answer, answersAt } = (written.outcome === 'stale' ? written.correlation.facts[0] : charge)?.data ?? {};
    return { answer: answer as ChargeAnswer, answersAt: answersAt as number };
  }

  /** Exponentially distributed, at most ten times the mean. */
  function takes({ customerId, paymentId }: ChargeRequest): number {
    const slow = own(slowCustomers, customerId);
    return slow === undefined ? Math.min(10, -Math.log(1 - chance(seed, paymentId))) * latency : slow / timeScale;
  }

  return {
    async charge(request, patienceMs) {
      const { paymentId, orderId, amount, currency } = request;
      const decline = declineOf(request, seed, declineRate);
      const outcome: ChargeAnswer = decline
        ? { status: 'declined', ...decline }
        : { status: 'captured', transactionId: `txn-${paymentId}`, amount, currency };
      const { answer, answersAt } = await settle(paymentId, orderId, outcome, takes(request));
      const left = answersAt - now();
      if (left > 0) await wait(Math.min(left, patienceMs));
      return left > patienceMs ? { status: 'pending' } : answer;
    },
    cancel: async (paymentId) => (await settle(paymentId, undefined, { status: 'cancelled' }, 0)).answer,
    async refund(paymentId, orderId) {
      const charge = (await journal.load(paymentId)).facts.find(({ id }) => id === 'charge');
      const answer = charge?.data.answer as ChargeAnswer | undefined;
      if (answer?.status !== 'captured' || charge?.data.orderId !== orderId) return { status: 'unknown' };
      await journal.record(paymentId, learntAt(now(), 'refund', 'gateway.refund', {}));
      return { ...answer, status: 'refunded' };
    },
  };
}

/** A real gateway keeps its own books. This one may lose them with payment's data; what it did was published. */
export function journalled({ type, data, storedAt }: Fact) {
  if (type !== 'payment.completed' && type !== 'payment.refunded') return undefined;
  const answer = { status: 'captured', ...movedBy(data) };
  const charge = learntAt(storedAt, 'charge', 'gateway.charge', { orderId: data.orderId, answer, answersAt: storedAt });
  const facts = type === 'payment.refunded' ? [charge, learntAt(storedAt, 'refund', 'gateway.refund', {})] : [charge];
  return { id: String(data.paymentId), facts };
}
