import type { FastifyInstance } from 'fastify';
import type { PublishMiddleware } from '#shared/messaging/bus.ts';
import type { Middleware, Settlement } from '#shared/messaging/failure-policy.ts';
import type { OpenStore } from '#shared/store/store.ts';
import type { RecordedEvent } from './recorded-event.ts';

/** One type of one service's durable, as telemetry names it. */
export interface ConsumerName {
  readonly service: string;
  readonly durable: string;
  /** Short type; `unknown` for a subject that the durable's filters should not let through. */
  readonly type: string;
}

/** An order was decided, for good: what traces, metrics and the log say of it. */
export interface Milestone {
  readonly outcome: 'ready' | 'cancelled' | 'timeout';
  /** Names of the requirements that were missing; empty unless timed out. */
  readonly missing: readonly string[];
  /** `payment-failed: insufficient-funds`; undefined when it is ready. */
  readonly reason: string | undefined;
  /** The requirement whose event came last. */
  readonly last: string | undefined;
  /** Everything that was fulfilled, and the event that decided. */
  readonly contributions: readonly RecordedEvent[];
  readonly decidedBy: RecordedEvent | undefined;
  /** The order itself, as it was announced; undefined while that is not known. */
  readonly startedBy: RecordedEvent | undefined;
  /** Ms from order.created in the stream to the decision; undefined without it, below 0 when the two clocks disagree. */
  readonly sinceOrderedMs: number | undefined;
  /** Ms from when the stream stored the first contribution to the decision; below 0 as above. */
  readonly joinWaitMs: number | undefined;
  /** Ms that were left until the deadline; negative after it. */
  readonly slackMs: number;
}

export interface RebuildProgress {
  readonly phase: 'noticed' | 'folding' | 'whole' | 'failed';
  readonly cause: 'wiped' | 'restarted' | 'rebuilding';
  readonly byOther: boolean;
  /** Read and written so far by this process. */
  readonly events: number;
  readonly orders: number;
  /** Ms since it was noticed. */
  readonly sinceMs: number;
  readonly error?: unknown;
}

export interface Injection {
  readonly fault: string;
  /** The event's type, or the dependency. */
  readonly type: string;
  readonly orderId: string;
}

/** The seams at which a running service is observed. An implementation must neither throw nor hold up what it watches. */
export interface Instrumentation {
  /** Around each delivery's whole handling, settlement included. */
  readonly delivery: (consumer: ConsumerName) => Middleware;
  /** How a delivery was settled; called within its middleware. */
  readonly settled: (consumer: ConsumerName, settlement: Settlement) => void;
  /** Around each publish, until its PubAck. */
  readonly publish: PublishMiddleware;
  readonly store: (store: OpenStore, service: string) => OpenStore;
  /** The W3C trace context in which an event is being created. */
  readonly traceparent: () => string | undefined;
  /** Around the attention to an order that is due: no message caused it, so it is a trace of its own. */
  readonly attending: (orderId: string, attend: () => Promise<void>) => Promise<void>;
  readonly milestone: (orderId: string, milestone: Milestone) => void;
  /** The service's data is not whole; called once when that is found, now and then while it is rebuilt, and once it is whole. */
  readonly rebuilding: (progress: RebuildProgress) => void;
  /** A fault was injected on purpose into what is being done now; `type` names the event's type or the dependency. */
  readonly injected: (injection: Injection) => void;
  /** Sees the requests to the service's HTTP edge; called before it listens. */
  readonly http: (server: FastifyInstance) => void;
}

/** All of them as one. The first is the outermost: the others observe within its spans. */
export const combineInstrumentation = (...all: readonly Partial<Instrumentation>[]): Instrumentation => ({
  delivery(consumer) {
    const middlewares = all.flatMap((one) => one.delivery?.(consumer) ?? []);
    return (next) => middlewares.reduceRight((inner, middleware) => middleware(inner), next);
  },
  settled(...settled) {
    for (const one of all) one.settled?.(...settled);
  },
  publish: (next) => all.reduceRight((inner, one) => one.publish?.(inner) ?? inner, next),
  store: (store, service) => all.reduceRight((inner, one) => one.store?.(inner, service) ?? inner, store),
  traceparent: () => all.reduce<string | undefined>((found, one) => found ?? one.traceparent?.(), undefined),
  attending: (orderId, attend) =>
    all.reduceRight((inner, one) => () => one.attending?.(orderId, inner) ?? inner(), attend)(),
  milestone(...decided) {
    for (const one of all) one.milestone?.(...decided);
  },
  rebuilding(progress) {
    for (const one of all) one.rebuilding?.(progress);
  },
  injected(injection) {
    for (const one of all) one.injected?.(injection);
  },
  http(server) {
    for (const one of all) one.http?.(server);
  },
});

/** Sees nothing and costs nothing. */
export const noInstrumentation = combineInstrumentation();
