import type { BrokerInspector } from '#shared/messaging/broker-inspector.ts';
import type { Meters } from './meters.ts';
import { isConsumer, type MetricScope } from './metric-labels.ts';
import type { Reading } from './scrape.ts';

/** How far a service is behind, as the broker tells: its own durable and its own dead letters. */
export function brokerReading(
  meters: Meters,
  scope: MetricScope,
  bus: Pick<BrokerInspector, 'durableStates' | 'deadLetters'>,
): Reading {
  const { service } = scope;
  const durables = isConsumer(scope) ? [service] : [];
  const gauges = [
    meters.consumerPending,
    meters.consumerAckPending,
    meters.consumerRedelivered,
    meters.deadLettersPending,
  ];
  return {
    source: 'broker',
    read: async () => {
      const [states, letters] = await Promise.all([bus.durableStates(durables), bus.deadLetters(service)]);
      return () => {
        for (const { durable, pending, ackPending, redelivered } of states) {
          meters.consumerPending.set({ service, durable }, pending);
          meters.consumerAckPending.set({ service, durable }, ackPending);
          meters.consumerRedelivered.set({ service, durable }, redelivered);
        }
        meters.deadLettersPending.set({ service }, letters);
      };
    },
    clear: () => {
      for (const gauge of gauges) gauge.reset();
    },
  };
}
