import type { Learnt } from '#shared/kernel/behaviour.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import type { GatewayCall } from './decide.ts';
import type { PaymentGateway } from './gateway.ts';

/** Calls the gateway. When it is away or slow, the outcome is unknown, never a failure: it is asked again with the same key. */
export function createGatewayCalls(gateway: PaymentGateway, patienceMs: number) {
  async function ask(call: GatewayCall): Promise<Learnt> {
    if (call.kind === 'refund') {
      const { paymentId, orderId } = call;
      const data = { paymentId, orderId, ...(await gateway.refund(paymentId, orderId)) };
      return { id: `${paymentId}-refund`, type: 'gateway.refund', data };
    }
    const { paymentId } = call.kind === 'charge' ? call.charge : call;
    const answer = await (call.kind === 'charge' ? gateway.charge(call.charge, patienceMs) : gateway.cancel(paymentId));
    return answer.status === 'pending'
      ? { id: `${paymentId}-pending`, type: 'gateway.pending', data: {} }
      : { id: `${paymentId}-answer`, type: 'gateway.answer', data: answer };
  }

  return async function callGateway(call: GatewayCall): Promise<Learnt | undefined> {
    try {
      return await ask(call);
    } catch (error) {
      if (error instanceof Unavailable) return undefined;
      throw error;
    }
  };
}
