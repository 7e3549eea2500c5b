import { learntAt } from '#shared/contracts/order-facts.ts';
import { movedBy } from '#shared/contracts/payment.ts';
import type { Recalled } from '#shared/runtime/service.ts';
import type { Correlation, Fact } from '#shared/store/store.ts';
import { ANSWER, PENDING, paymentIdOf, REFUND } from './decide.ts';

/** What payment knew of the gateway when it published this. Of a payment that it did not make it knows the refund alone. */
export function recall({ id }: Correlation, { type, data, storedAt }: Fact): Recalled {
  const { paymentId = paymentIdOf(id), reason, errorCode } = data;
  const learnt = (what: string, as: string, more: Fact['data'] = {}): Recalled => ({
    facts: [learntAt(storedAt, `${paymentId}-${what}`, as, { paymentId, ...more })],
  });
  if (type === 'payment.refunded') return learnt('refund', REFUND, { status: 'refunded', ...movedBy(data) });
  if (paymentId !== paymentIdOf(id)) return {};
  if (type === 'payment.initiated') return learnt('pending', PENDING);
  if (type === 'payment.failed') return learnt('answer', ANSWER, { status: 'declined', reason, errorCode });
  return learnt('answer', ANSWER, { status: 'captured', ...movedBy(data) });
}
