import { emitCancelled, processOrder } from './emitted.ts';
import { type Correlator, type Data, handlerOf, type Requirement, type Snippet, type SnippetPorts } from './snippet.ts';
import { stateManager } from './state-manager.ts';

const businessIds = { payment: 'paymentId', inventory: 'reservationId', chef: 'chefId' } as const;

/** The recommended approach. `isGuarded`: with the workshop's "Idempotent event handler". */
export function getPutCorrelator(ports: SnippetPorts, isGuarded: boolean): Correlator {
  const { recordEvent, getOrderState, updateOrderStatus, isReady } = stateManager(ports);
  const { emitEvent } = ports;

  async function handleAnyEvent(requirement: Requirement, data: Data): Promise<void> {
    const state = await recordEvent(data.orderId, requirement, data);
    if (isReady(state)) await processOrder(emitEvent, state.orderId, state.events);
  }

  /** An event that was recorded by a process that died before it went on is skipped, too. */
  async function handleOnce(requirement: Requirement, data: Data): Promise<void> {
    const existing = await getOrderState(data.orderId);
    const known: Partial<Record<string, unknown>> | undefined = existing?.events[requirement];
    const businessId = businessIds[requirement];
    if (known?.[businessId] === data[businessId] && known) return;
    await handleAnyEvent(requirement, data);
  }

  return {
    handleEvent: handlerOf({
      fulfilled: isGuarded ? handleOnce : handleAnyEvent,
      async refused(requirement, { orderId, reason }) {
        await updateOrderStatus(orderId, 'failed');
        await emitCancelled(emitEvent, orderId, requirement, reason);
      },
    }),
  };
}

export const getPut: Snippet = {
  name: 'get-put',
  does: 'the recommended approach: Get, then Put, then process the order if it is ready',
  start: (ports) => getPutCorrelator(ports, false),
};

export const getPutGuarded: Snippet = {
  name: 'get-put-guarded',
  does: 'the same behind the guard of "Idempotent event handler"',
  start: (ports) => getPutCorrelator(ports, true),
};
