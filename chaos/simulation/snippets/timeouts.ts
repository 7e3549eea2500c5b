import { compensateOrder, emitTimeoutEvent, isComplete } from './emitted.ts';
import { getPutCorrelator } from './get-put.ts';
import type { Snippet } from './snippet.ts';
import { stateManager } from './state-manager.ts';

const TIMEOUT_MS = 30 * 60_000;

export const ttlTimer: Snippet = {
  name: 'ttl-timer',
  does: 'the guarded one with option A: an item that expires incomplete is a timeout',
  start: (ports) => ({
    ...getPutCorrelator(ports, true),
    async onRemoved(state) {
      if (isComplete(state.events)) return;
      await emitTimeoutEvent(ports.emitEvent, state.orderId, state.events);
      await compensateOrder(ports.emitEvent, state.orderId, state);
    },
  }),
};

/** A stale order stays `waiting`: each scan finds it again. */
export const scheduledScan: Snippet = {
  name: 'scheduled-scan',
  does: 'the guarded one with option B: a scheduled scan for orders older than 30 minutes',
  start: (ports) => ({
    ...getPutCorrelator(ports, true),
    async onSchedule() {
      const staleOrders = await stateManager(ports).scanWaitingOrders(ports.now() - TIMEOUT_MS);
      for (const order of staleOrders) {
        await emitTimeoutEvent(ports.emitEvent, order.orderId, order.events);
        await compensateOrder(ports.emitEvent, order.orderId, order);
      }
    },
  }),
};
