import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Flow } from '#shared/contracts/flow.ts';
import type { Behaviour } from '#shared/kernel/behaviour.ts';
import type { Clock } from '#shared/kernel/clock.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import type { ReceivedEvent } from '#shared/messaging/read-event.ts';
import type { OpenStore } from '#shared/store/store.ts';
import type { Settings } from './settings.ts';

/** A service as it declares itself: what it listens to, its rules, and what only it has. The runtime runs it. */
export interface Service {
  /** Folder, CloudEvents source, durable, key prefix: one name everywhere. */
  readonly name: string;
  /** The short types that it reacts to, each with those that it may cause it to publish. */
  readonly reacts: (flow: Flow) => Readonly<Record<string, readonly string[]>>;
  /** Key prefixes of stores that it opens besides the one of its own name. */
  readonly stores?: readonly string[];
  /** The short types of others that it follows live to keep a copy of what they tell: every replica reads all of them. */
  readonly copies?: (flow: Flow) => readonly string[];
  /** It follows the stream live. */
  readonly followsStream?: true;
  /** Rules and effects; absent when it only answers HTTP. */
  readonly behaviour?: (ports: ServicePorts) => Behaviour;
  /** Instead of a behaviour: an engine outside of the kernel keeps its orders, and is handed its events. */
  readonly engine?: (ports: ServicePorts) => Promise<Engine>;
  /** Its HTTP edge; the runtime listens on ORDER_PORT and closes it. */
  readonly http?: (ports: ServicePorts) => FastifyInstance;
}

export interface Engine {
  /** Resolves with the outcome, for telemetry, once the event is kept; may throw as the failure policy expects it. */
  handle(event: ReceivedEvent, stopping: AbortSignal): Promise<string>;
  stop(): Promise<void>;
}

export interface ServicePorts extends Clock {
  readonly flow: Flow;
  readonly settings: Settings;
  readonly bus: Bus;
  readonly log: Logger;
  /** A store of its own under that key prefix; closed by the runtime. */
  readonly openStore: (prefix: string) => OpenStore;
  /** What the service depends on besides these ports, under its name, so that faults can be injected into its calls. */
  readonly dependency: <T extends object>(name: string, port: T) => T;
  /** The W3C trace context of what is being done now; undefined when it is not traced. */
  readonly traceparent: () => string | undefined;
}
