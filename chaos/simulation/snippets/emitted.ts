import { READY_STATUS } from '#shared/contracts/kitchen.ts';
import type { OrderEvents, OrderState, Requirement, SnippetPorts } from './snippet.ts';

/** What the workshop's kitchen emits. */

type Emit = SnippetPorts['emitEvent'];

export const isComplete = ({ payment, inventory, chef }: OrderEvents): boolean => Boolean(payment && inventory && chef);

export async function processOrder(emitEvent: Emit, orderId: string, events: OrderEvents): Promise<void> {
  const { payment, inventory, chef } = events;
  const correlationData = {
    paymentId: payment?.paymentId,
    reservationId: inventory?.reservationId,
    chefId: chef?.chefId,
  };
  await emitEvent({ type: 'kitchen.ready', data: { orderId, status: READY_STATUS, correlationData } });
}

/** From the workshop's `handlePaymentFailed`; the other two are refused likewise. It compensates nothing. */
export async function emitCancelled(emitEvent: Emit, orderId: string, requirement: Requirement, reason: unknown) {
  await emitEvent({ type: 'order.cancelled', data: { orderId, reason: `${requirement}-failed: ${reason}` } });
}

/** `missingEvents` is not in the workshop's snippet; the contract has it. */
export async function emitTimeoutEvent(emitEvent: Emit, orderId: string, events: OrderEvents): Promise<void> {
  const receivedEvents = Object.keys(events);
  const missingEvents = ['payment', 'inventory', 'chef'].filter((name) => !receivedEvents.includes(name));
  const data = { orderId, receivedEvents, missingEvents, reason: 'not-all-events-received' };
  await emitEvent({ type: 'order.timeout', data });
}

/** The chef is not released: the workshop's snippet has nothing for it. */
export async function compensateOrder(emitEvent: Emit, orderId: string, { events }: OrderState): Promise<void> {
  const compensations: Promise<void>[] = [];
  const reason = 'order-timeout';
  if (events.payment) {
    const { paymentId } = events.payment;
    compensations.push(emitEvent({ type: 'payment.refund', data: { orderId, paymentId, reason } }));
  }
  if (events.inventory) {
    const { reservationId } = events.inventory;
    compensations.push(emitEvent({ type: 'inventory.release', data: { orderId, reservationId, reason } }));
  }
  await Promise.all(compensations);
}
