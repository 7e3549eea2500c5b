import { learntAt } from '#shared/contracts/order-facts.ts';
import type { Effect } from '#shared/runtime/service.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import type { Fact } from '#shared/store/store.ts';
import { ANSWER, PENDING, REFUND } from './decide.ts';
import type { ChargeRequest, PaymentGateway } from './gateway.ts';

/**
 * Asks the gateway. A gateway that is away or slow leaves the outcome unknown: that is never a failure of the order, it
 * is asked again with the same key.
 */
export function createPerform(gateway: PaymentGateway, patienceMs: number, now: () => number) {
  async function charge(kind: unknown, request: ChargeRequest): Promise<Fact> {
    const answer = await (kind === 'cancel' ? gateway.cancel(request.paymentId) : gateway.charge(request, patienceMs));
    const { paymentId } = request;
    if (answer.status === 'pending') return learntAt(now(), `${paymentId}-pending`, PENDING, { paymentId });
    return learntAt(now(), `${paymentId}-answer`, ANSWER, { paymentId, ...answer });
  }

  return async function perform({ id, input }: Effect): Promise<Fact | undefined> {
    try {
      if (id === 'charge') return await charge(input.kind, input.charge as ChargeRequest);
      const paymentId = String(input.paymentId);
      const refund = await gateway.refund(paymentId, String(input.orderId));
      return learntAt(now(), `${paymentId}-refund`, REFUND, { paymentId, ...refund });
    } catch (error) {
      if (error instanceof Unavailable) return undefined;
      throw error;
    }
  };
}
