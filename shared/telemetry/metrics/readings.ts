import type { Counter, Gauge } from 'prom-client';
import type { BrokerInspector } from '#shared/messaging/broker-inspector.ts';
import type { Integers, Store } from '#shared/store/store.ts';
import type { Meters } from './meters.ts';
import { isConsumer, isCorrelator, type Labels, type MetricScope } from './metric-labels.ts';
import { metrics } from './metrics.ts';
import type { Reading } from './scrape.ts';

/** Metric -> the counters of the store that are its series, and their labels. */
const COUNTERS = {
  ordersWaiting: /^waiting:(?<missing>.+)$/,
  orderStage: /^stage:(?<stage>[^:]+)$/,
  ordersResolved: /^resolved:(?<outcome>[^:]+):(?<missing>[^:]+):(?<reason>[^:]+)$/,
  compensations: /^compensation:(?<kind>[^:]+):(?<reason>[^:]+)$/,
  money: /^money:(?<flow>captured|refunded|sold):(?<currency>[^:]+)$/,
  moneyHeld: /^money:held:(?<currency>[^:]+)$/,
} as const;

/** What a service's store counts, in one atomic snapshot: it balances at every scrape, and no process' death loses it. */
export function storeReading(meters: Meters, scope: MetricScope, store: Pick<Store, 'counters'>): Reading {
  const { service } = scope;
  const counted = Object.entries(COUNTERS) as [keyof typeof COUNTERS, RegExp][];
  const times = [meters.sweeperLag, ...(isCorrelator(scope) ? [meters.oldestWaiting] : [])];
  return {
    source: 'store',
    read: async () => {
      const { counters, oldestDueAt = Number.POSITIVE_INFINITY, now } = await store.counters();
      const secondsSince = (at: number) => Math.max(0, now - at) / 1000;
      return () => {
        for (const [key, pattern] of counted)
          fill(meters[key], metrics[key].series(scope) ?? [], matching(counters, pattern));
        if (isConsumer(scope)) meters.sweeperLag.set({ service }, secondsSince(oldestDueAt));
        // A waiting order is due at its deadline.
        const oldestSince = oldestDueAt - scope.orderTimeoutMs;
        if (isCorrelator(scope)) meters.oldestWaiting.set({ service }, secondsSince(oldestSince));
      };
    },
    clear: () => {
      for (const meter of [...counted.map(([key]) => meters[key]), ...times]) meter.reset();
    },
  };
}

type Valued = readonly [Labels, number];

const matching = (integers: Integers, pattern: RegExp): Valued[] =>
  Object.entries(integers).flatMap(([name, value]): Valued[] => {
    const { groups } = pattern.exec(name) ?? {};
    return groups ? [[{ ...groups }, value]] : [];
  });

/** Fills an empty meter: the series that always exist at zero, then what was counted. */
function fill(meter: Counter | Gauge, zeros: readonly Labels[], counted: readonly Valued[]): void {
  for (const labels of zeros) meter.inc({ ...labels }, 0);
  for (const [labels, value] of counted) meter.inc({ ...labels }, value);
}

/** From the broker: how full the stream is, how far every service is behind, and this one's dead letters. */
export function brokerReading(
  meters: Meters,
  scope: MetricScope,
  bus: Pick<BrokerInspector, 'durableStates' | 'streamFill' | 'deadLetters'>,
): Reading {
  const { service } = scope;
  const gauges = [
    meters.consumerPending,
    meters.consumerAckPending,
    meters.consumerRedelivered,
    meters.deadLettersPending,
    meters.streamFill,
  ];
  return {
    source: 'broker',
    read: async () => {
      const [states, fill, letters] = await Promise.all([
        bus.durableStates(),
        bus.streamFill(),
        isConsumer(scope) ? bus.deadLetters(service) : undefined,
      ]);
      return () => {
        for (const { durable, pending, ackPending, redelivered } of states) {
          meters.consumerPending.set({ service, durable }, pending);
          meters.consumerAckPending.set({ service, durable }, ackPending);
          meters.consumerRedelivered.set({ service, durable }, redelivered);
        }
        for (const limit of ['bytes', 'messages'] as const) meters.streamFill.set({ limit }, fill[limit]);
        if (letters !== undefined) meters.deadLettersPending.set({ service }, letters);
      };
    },
    clear: () => {
      for (const gauge of gauges) gauge.reset();
    },
  };
}
