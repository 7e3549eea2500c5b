import type { Service } from '#shared/runtime/service.ts';
import type { Fact } from '#shared/store/store.ts';
import { decide, REFUND } from './decide.ts';
import { createPerform } from './perform.ts';
import { recall } from './recall.ts';
import { createSimulatedGateway, journalled } from './simulated-gateway.ts';

const GATEWAY = 'payment-gateway';

/** Charges every order once, and refunds what the kitchen asks to be refunded. Owns the ledger. */
export const paymentService: Service = {
  name: 'payment-service',
  reacts: () => ({
    'order.created': ['payment.initiated', 'payment.completed', 'payment.failed'],
    'payment.refund': ['payment.refunded'],
    'order.timeout': [],
    'order.cancelled': [],
  }),
  stores: [GATEWAY],
  behaviour: ({ settings, openStore, dependency, ...clock }) => {
    const journal = openStore(GATEWAY);
    const keepMs = settings.RETENTION + settings.DEAD_LETTER_RETENTION;
    const gateway = createSimulatedGateway({
      ...clock,
      journal,
      keepMs,
      seed: settings.SEED,
      declineRate: settings.DECLINE_RATE,
      latency: settings.GATEWAY_LATENCY,
      timeScale: settings.TIME_SCALE,
    });
    return {
      decide: (correlation, circumstances) => decide(correlation, circumstances, settings.PAYMENT_PENDING_AFTER),
      perform: createPerform(dependency(GATEWAY, gateway), settings.PAYMENT_PENDING_AFTER, clock.now),
      recall,
      beside: [{ store: journal, keepMs, recall: journalled }],
      outcomeOf: (correlation, fact) => (isRefused(correlation.facts, fact) ? 'rejected' : 'ok'),
    };
  },
};

/** A refund was asked for, but the gateway knows of no such payment. */
const isRefused = (facts: readonly Fact[], { type: asked, data: { paymentId } }: Fact): boolean =>
  asked === 'payment.refund' &&
  facts.some(({ type, data }) => type === REFUND && data.paymentId === paymentId && data.status === 'unknown');
