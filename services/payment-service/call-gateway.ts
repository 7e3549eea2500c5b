import type { Learnt } from '#shared/kernel/behaviour.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import type { GatewayCall } from './decide.ts';
import { chargeAnswer, GATEWAY, type PaymentGateway, refundAnswer } from './gateway.ts';

/**
 * Calls the gateway. Without a verdict of its own (it is away or slow, or a proxy made the answer up) the outcome is unknown, never a
 * failure of the message: it is told, and the gateway is asked again with the same key.
 */
export function createGatewayCalls(gateway: PaymentGateway, patienceMs: number, tell: (error: Unavailable) => void) {
  async function ask(call: GatewayCall): Promise<Learnt> {
    if (call.kind === 'refund') {
      const { paymentId, orderId } = call;
      const answer = refundAnswer.parse(await gateway.refund(paymentId, orderId));
      return { id: `${paymentId}-refund`, type: 'gateway.refund', data: { paymentId, orderId, ...answer } };
    }
    const { paymentId } = call.kind === 'charge' ? call.charge : call;
    const said = await (call.kind === 'charge' ? gateway.charge(call.charge, patienceMs) : gateway.cancel(paymentId));
    const answer = chargeAnswer.parse(said);
    return answer.status === 'pending'
      ? { id: `${paymentId}-pending`, type: 'gateway.pending', data: {} }
      : { id: `${paymentId}-answer`, type: 'gateway.answer', data: answer };
  }

  return async function callGateway(call: GatewayCall): Promise<Learnt | undefined> {
    try {
      return await ask(call);
    } catch (cause) {
      tell(cause instanceof Unavailable ? cause : new Unavailable(GATEWAY, { cause }));
      return undefined;
    }
  };
}
