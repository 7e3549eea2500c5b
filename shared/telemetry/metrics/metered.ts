import type { FastifyInstance } from 'fastify';
import type { Histogram } from 'prom-client';
import type { Flow } from '#shared/contracts/flow.ts';
import type { ConsumerName, Instrumentation } from '#shared/kernel/instrumentation.ts';
import type { PublishMiddleware } from '#shared/messaging/bus.ts';
import type { Settlement } from '#shared/messaging/failure-policy.ts';
import { timedStore } from '../timed-store.ts';
import { type Meters, observe, seriesOf } from './meters.ts';
import { type DURATIONS, type Labels, type MetricScope, PROCESSING_OUTCOMES } from './metric-labels.ts';

/** How a processing ended that is worth an age: the event was taken, whatever came of it. */
const TAKEN = new Set(['ok', 'duplicate', 'late', 'conflict', 'rejected']);

/** So well do the clocks of hosts agree that are kept in time: a duration that is this much below 0 is one of 0. */
const CLOCKS_AGREE_MS = 100;

/** Hands a duration on in seconds, or counts it as implausible: one invented time would spoil a histogram's sum for good. */
type Plausibly = (duration: (typeof DURATIONS)[number], ms: number, observed: (seconds: number) => void) => void;

interface ConsumerMeter {
  readonly started: (sequence: number) => void;
  readonly settled: (settlement: Settlement) => void;
  readonly ended: (sequence: number) => void;
}

/** Feeds the process' own metrics of the catalogue from the seams of a running service. */
export function createMeteredInstrumentation(
  meters: Meters,
  { service, flow, longestMs }: Pick<MetricScope, 'service' | 'flow'> & { readonly longestMs: number },
) {
  const plausibly: Plausibly = (duration, ms, observed) => {
    if (ms < -CLOCKS_AGREE_MS || ms > longestMs) meters.implausibleDurations.inc({ service, duration });
    else observed(Math.max(0, ms) / 1000);
  };
  /** By type. */
  const consumerMeters = new Map<string, ConsumerMeter>();
  const meterOf = (consumer: ConsumerName): ConsumerMeter => {
    const known = consumerMeters.get(consumer.type) ?? createConsumerMeter(meters, consumer, plausibly);
    consumerMeters.set(consumer.type, known);
    return known;
  };
  const storeObserver = (operation: string) => {
    const seconds = seriesOf(meters.storeSeconds, { service, operation });
    return (ms: number) => seconds(ms / 1000);
  };
  return {
    delivery(consumer) {
      const meter = meterOf(consumer);
      return (next) =>
        async function metered(delivery) {
          meter.started(delivery.sequence);
          try {
            await next(delivery);
          } finally {
            meter.ended(delivery.sequence);
          }
        };
    },
    settled: (consumer, settlement) => meterOf(consumer).settled(settlement),
    publish: meteredPublish(meters, flow, service),
    // A service may open another store for what it simulates, such as the gateway's journal: that one is not counted.
    store: (store, prefix) => (prefix === service ? timedStore(store, storeObserver) : store),
    http: (server) => meterHttp(server, meters),
    injected: ({ fault, type }) => meters.chaosInjected.inc({ fault, type }),
    rebuilding({ phase, cause, byOther, sinceMs }) {
      meters.rebuildRunning.set({ service }, phase === 'whole' ? 0 : 1);
      meters.rebuildSeconds.set({ service }, sinceMs / 1000);
      if (phase === 'whole' && !byOther) meters.rebuilds.inc({ service, cause });
    },
    milestone(_orderId, { outcome, last = 'none', sinceOrderedMs, joinWaitMs }) {
      if (outcome !== 'ready') return;
      const by = (histogram: Histogram) => (seconds: number) => observe(histogram, { last }, seconds);
      if (sinceOrderedMs !== undefined) plausibly('time_to_ready', sinceOrderedMs, by(meters.timeToReady));
      if (joinWaitMs !== undefined) plausibly('join_wait', joinWaitMs, by(meters.joinWait));
    },
  } satisfies Partial<Instrumentation>;
}

function createConsumerMeter(meters: Meters, { service, type }: ConsumerName, plausibly: Plausibly): ConsumerMeter {
  const ofService = { service };
  const ofType = { service, type };
  const byOutcome = new Map<string, (seconds: number) => void>(
    PROCESSING_OUTCOMES.map((outcome) => [outcome, seriesOf(meters.processing, { ...ofType, outcome })]),
  );
  const age = seriesOf(meters.eventAge, ofType);
  /** Sequence -> when its handling began. A sequence is handled once at a time, but for a rare redelivery. */
  const startedAt = new Map<number, number>();

  function failed({ outcome, reason }: Settlement): void {
    if (outcome === 'dead_letter') meters.deadLetters.inc(ofService);
    meters.eventFailures.inc({ ...ofType, reason: outcome === 'retry' ? 'fault' : (reason ?? 'unknown') });
  }

  return {
    started(sequence) {
      startedAt.set(sequence, performance.now());
      meters.eventsInFlight.inc(ofService);
    },
    settled(settlement) {
      const { delivery } = settlement;
      const seconds = byOutcome.get(labelOf(settlement));
      const began = startedAt.get(delivery.sequence);
      if (seconds && began !== undefined) seconds((performance.now() - began) / 1000);
      if (!TAKEN.has(settlement.outcome)) return failed(settlement);
      const occurredAt = Date.parse(delivery.headers['ce-time'] ?? '');
      // A structured event has its time in the body: not worth parsing twice.
      if (!Number.isNaN(occurredAt)) plausibly('event_age', Date.now() - occurredAt, age);
    },
    ended(sequence) {
      startedAt.delete(sequence);
      meters.eventsInFlight.dec(ofService);
    },
  };
}

const labelOf = ({ outcome, reason }: Settlement): string =>
  outcome === 'dead_letter' && reason !== 'retries-exhausted' ? 'invalid' : outcome;

/** Counts and times what is published; dead letters are no events and not among them. */
function meteredPublish(meters: Meters, flow: Flow, service: string): PublishMiddleware {
  const meterOf = new Map(
    Object.keys(flow.events).map((type) => {
      const labels = { service, type };
      return [`${flow.subjectPrefix}.${type}`, { labels, seconds: seriesOf(meters.publishSeconds, labels) }];
    }),
  );
  return (next) =>
    async function metered(message, options) {
      const meter = meterOf.get(message.subject.slice(0, message.subject.lastIndexOf('.')));
      if (!meter) return next(message, options);
      const startedAt = performance.now();
      try {
        const ack = await next(message, options);
        if (!ack.duplicate) meters.eventsPublished.inc(meter.labels);
        return ack;
      } finally {
        meter.seconds((performance.now() - startedAt) / 1000);
      }
    };
}

/** Times every answer under its route's template: a path would make a series of every order. Before the server is ready. */
function meterHttp(server: FastifyInstance, { httpSeconds }: Meters): void {
  const known = new Map<string, Labels>();
  server.addHook('onResponse', (request, reply, done) => {
    const { url } = request.routeOptions;
    const route = request.is404 || url === undefined ? 'none' : `${request.method} ${url}`;
    const key = `${route} ${reply.statusCode}`;
    const labels = known.get(key) ?? { route, status: String(reply.statusCode) };
    known.set(key, labels);
    observe(httpSeconds, labels, reply.elapsedTime / 1000);
    done();
  });
}
