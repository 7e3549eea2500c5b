import type { BrokerInspector } from '#shared/messaging/broker-inspector.ts';
import type { Subscriber } from '#shared/messaging/subscriber.ts';
import type { Store } from '#shared/store/store.ts';
import { createMeteredInstrumentation } from './metered.ts';
import { createMeters } from './meters.ts';
import { isIntake, type MetricScope, type SpanLoss } from './metric-labels.ts';
import { brokerReading, storeReading } from './readings.ts';
import { createScrape } from './scrape.ts';
import { followUndecided } from './undecided-orders.ts';

/** What is watched besides the seams of the instrumentation. */
export interface Watched {
  readonly bus: Pick<Subscriber, 'follow'> & Pick<BrokerInspector, 'durableStates' | 'streamFill' | 'deadLetters'>;
  readonly store: Store | undefined;
}

export type ServiceMetrics = ReturnType<typeof createServiceMetrics>;

export interface ServiceMetricsOptions extends MetricScope {
  /** RETENTION: nothing in the stream is older, so no duration is longer. Default 2 h. */
  readonly retentionMs?: number;
  /** Also Node's own metrics. Default false. */
  readonly ofNode?: boolean;
  /** What the OpenTelemetry SDK lost since its start, if one runs; read at each scrape. */
  readonly spansLost?: Readonly<Record<SpanLoss, number>> | undefined;
}

/** How far back the intake looks for orders without an outcome, in timeouts: the stream keeps at least three. */
const WINDOW_TIMEOUTS = 3;

export function createServiceMetrics({
  ofNode = false,
  retentionMs = 7_200_000,
  spansLost,
  ...scope
}: ServiceMetricsOptions) {
  const { service } = scope;
  const { meters, expose: render, contentType } = createMeters(scope, { ofNode });
  const onError = (source: string) => meters.scrapeErrors.inc({ service, source });
  let scrape = createScrape({ readings: [], render, onError });
  let beforeScrape = (): void => undefined;

  async function watchIntake(bus: Pick<Subscriber, 'follow'>): Promise<{ stop(): Promise<void> }> {
    const { flow, orderTimeoutMs } = scope;
    const undecided = await followUndecided({ bus, flow, windowMs: WINDOW_TIMEOUTS * orderTimeoutMs });
    beforeScrape = () => {
      const since = undecided.oldest();
      meters.oldestWaiting.set({ service }, since === undefined ? 0 : Math.max(0, Date.now() - since) / 1000);
    };
    return undecided;
  }

  function showSpansLost(): void {
    if (!spansLost) return;
    meters.spansLost.reset();
    for (const [reason, spans] of Object.entries(spansLost)) meters.spansLost.inc({ service, reason }, spans);
  }

  return {
    instrumentation: createMeteredInstrumentation(meters, { ...scope, longestMs: retentionMs }),
    /** Begins to read what is kept elsewhere. @throws Unavailable when the broker does not answer */
    async watch({ bus, store }: Watched): Promise<{ stop(): Promise<void> }> {
      const readings = [...(store ? [storeReading(meters, scope, store)] : []), brokerReading(meters, scope, bus)];
      scrape = createScrape({ readings, render, onError });
      return isIntake(scope) ? watchIntake(bus) : { stop: async () => undefined };
    },
    /** The exposition, in OpenMetrics. Never rejects because something is away. */
    scrape(): Promise<string> {
      beforeScrape();
      showSpansLost();
      return scrape();
    },
    contentType,
  };
}
