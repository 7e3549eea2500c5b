import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Flow } from '#shared/contracts/flow.ts';
import type { Draft } from '#shared/messaging/build-event.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import type { Correlation, CorrelationStore, Count, Fact, Hold } from '#shared/store/correlation-store.ts';
import type { HostClock } from './host-clock.ts';
import type { Milestone } from './instrumentation.ts';
import type { Settings } from './settings.ts';

/** A service as it declares itself: what it listens to, its rules, and what only it has. The host runs it. */
export interface Service {
  /** Folder, CloudEvents source, durable, key prefix: one name everywhere. */
  readonly name: string;
  /** The short types that it reacts to, each with those that it may cause it to publish. */
  readonly reacts: (flow: Flow) => Readonly<Record<string, readonly string[]>>;
  /** Key prefixes of stores that it opens besides the one of its own name. */
  readonly stores?: readonly string[];
  /** It follows the stream live. */
  readonly followsStream?: true;
  /** Rules and effects; absent when it only answers HTTP. */
  readonly behaviour?: (host: HostPorts) => Behaviour;
  /** Its HTTP edge; the host listens on ORDER_PORT and closes it. */
  readonly http?: (host: HostPorts) => FastifyInstance;
}

/** What the host offers to a service that it builds. */
export interface HostPorts extends HostClock {
  readonly flow: Flow;
  readonly settings: Settings;
  readonly bus: Bus;
  readonly log: Logger;
  /** A store of its own under that key prefix; closed by the host. */
  readonly openStore: (prefix: string) => CorrelationStore;
  /** What the service depends on besides these ports, under its name, so that faults can be injected into its calls. */
  readonly dependency: <T extends object>(name: string, port: T) => T;
  /** The W3C trace context of what is being done now; undefined when it is not traced. */
  readonly traceparent: () => string | undefined;
}

/** What is known besides the facts when a decision is taken. */
export interface Circumstances {
  /** The store's clock, ms since the epoch. */
  readonly now: number;
  /** Everything that the stream held when the sweep began is accounted for: deadlines may be judged. */
  readonly caughtUp: boolean;
  /** Pools that were too short for a hold just now. */
  readonly short: readonly string[];
}

/** An event that is owed, and the fact that caused it (default: the latest). */
export interface Owed extends Draft {
  readonly cause?: Fact | undefined;
}

/** I/O that is owed. Its result comes back as a fact of its own. */
export interface Effect {
  /** Asked at most once per run of the reactor; idempotent over runs. */
  readonly id: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * Everything owed on the facts so far, whether done already or not: the host leaves out what it did before. So the same
 * function serves first delivery, redelivery, crash, sweep and rebuild.
 */
export interface Decision {
  /** JSON. */
  readonly state: unknown;
  readonly emit?: readonly Owed[];
  readonly effects?: readonly Effect[];
  readonly holds?: readonly Hold[];
  readonly counts?: readonly Count[];
  readonly group?: string | undefined;
  /** Since when it counts in its group, ms since the epoch; it changes with `dueAt` or `group` only. */
  readonly since?: number | undefined;
  readonly dueAt?: number | undefined;
  /** Present when this decision is the first that ends the order; told to whoever watches once it is committed. */
  readonly milestone?: Milestone | undefined;
  /** Nothing more is owed; the order may be forgotten after the retention. */
  readonly closed?: boolean;
}

/** How an event ended: a metric label, a log field and a span status. */
export type Outcome = 'ok' | 'duplicate' | 'late' | 'conflict' | 'rejected';

/** What an event that the service published says that it knew then. */
export interface Recalled {
  /** Absent: nothing new. */
  readonly state?: unknown;
  /** Results of effects, with the ids that they had. */
  readonly facts?: readonly Fact[];
}

/** A store that a service keeps beside its own: after a loss of data it gets back what the published events say it had. */
export interface StoreBeside {
  readonly store: CorrelationStore;
  /** Its entries are forgotten after so many ms. */
  readonly keepMs: number;
  /** Pure. */
  readonly recall: (published: Fact) => { readonly id: string; readonly facts: readonly Fact[] } | undefined;
}

export interface Behaviour {
  /** Pure. */
  readonly decide: (correlation: Correlation, circumstances: Circumstances) => Decision;
  /**
   * While the order's history is read back after a loss of data: what was decided then must not be decided again. Given the
   * order as history has it up to that event. Pure.
   */
  readonly recall?: (correlation: Correlation, published: Fact) => Recalled;
  readonly beside?: readonly StoreBeside[];
  /** Does an effect. Resolves with what was learnt, or with undefined when there is no answer yet (`dueAt` asks again). */
  readonly perform?: (effect: Effect, correlation: Correlation) => Promise<Fact | undefined>;
  /** How a newly recorded fact ended, judged after the decision. Default `ok`. */
  readonly outcomeOf?: (correlation: Correlation, fact: Fact) => Outcome;
  /** The group of an order names what it waits for: the host logs those that wait longest. */
  readonly reportsStuck?: boolean;
  /** Deadlines are judged only once this service has caught up with the stream. */
  readonly judgesDeadlines?: boolean;
  /** Units of the pools that holds take from; with `restock` they are raised to these units when they run low. */
  readonly pools?: { readonly units: Readonly<Record<string, number>>; readonly restock: boolean };
}
