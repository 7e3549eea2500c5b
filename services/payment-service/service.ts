import { startOf } from '#shared/contracts/flow.ts';
import type { Behaviour } from '#shared/kernel/behaviour.ts';
import { atMostEvery } from '#shared/kernel/clock.ts';
import { startedBy } from '#shared/kernel/started-by.ts';
import type { Service, ServicePorts } from '#shared/runtime/service.ts';
import { createGatewayCalls } from './call-gateway.ts';
import { decide, type GatewayCall } from './decide.ts';
import { GATEWAY } from './gateway.ts';
import { createJournal, journalTable } from './journal.ts';
import { createSimulatedGateway } from './simulated-gateway.ts';
import { evolve, initial, isOpen, type PaymentEvent, type PaymentState, tally } from './state.ts';

function behaviour(ports: ServicePorts): Behaviour<PaymentState, PaymentEvent, GatewayCall> {
  const { settings, openStore, dependency, log, monotonic, now, wait } = ports;
  const { PAYMENT_PENDING_AFTER: patienceMs, RETENTION, DEAD_LETTER_RETENTION } = settings;
  const retainMs = RETENTION + DEAD_LETTER_RETENTION;
  const books = openStore(GATEWAY);
  const gateway = createSimulatedGateway({
    now,
    wait,
    journal: createJournal(books, retainMs),
    seed: settings.SEED,
    declineRate: settings.DECLINE_RATE,
    latency: settings.GATEWAY_LATENCY,
    timeScale: settings.TIME_SCALE,
  });
  const tell = atMostEvery(5_000, monotonic, (err: Error) =>
    log.warn({ err }, 'the payment gateway gives no verdict; it is asked again'),
  );
  return {
    rules: {
      initial,
      evolve: startedBy(ports.flow, 'payment', evolve),
      decide,
      tally,
      dueAt: (state, now) => (isOpen(state) ? now + patienceMs : undefined),
      isClosed: (state) => !isOpen(state),
    },
    perform: createGatewayCalls(dependency(GATEWAY, gateway), patienceMs, tell),
    outcomeOf: (_before, { type, data }, { refunds }) =>
      // The gateway knows of no such payment.
      type === 'payment.refund' && refunds.get(data.paymentId)?.answer?.status === 'unknown' ? 'rejected' : 'ok',
    tables: [journalTable(books, retainMs)],
  };
}

/** Charges every order once, and refunds what the kitchen asks for. Owns the ledger. */
export const paymentService: Service = {
  name: 'payment-service',
  reacts: (flow) => ({
    [startOf(flow, 'payment')]: ['payment.initiated', 'payment.completed', 'payment.failed'],
    'payment.refund': ['payment.refunded'],
    'order.timeout': [],
    'order.cancelled': [],
  }),
  stores: [GATEWAY],
  behaviour,
};
