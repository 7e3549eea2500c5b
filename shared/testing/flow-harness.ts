import pino from 'pino';
import { contractOf, type Flow } from '#shared/contracts/flow.ts';
import { buildEvent, toWire } from '#shared/messaging/build-event.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import type { Publisher } from '#shared/messaging/publisher.ts';
import { type ReceivedEvent, readEvent } from '#shared/messaging/read-event.ts';
import { readOrder } from '#shared/messaging/stream-reader.ts';
import type { Service } from '#shared/runtime/service.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { type RunningService, startService } from '#shared/runtime/start-service.ts';
import type { Counters, OpenStore } from '#shared/store/store.ts';
import { eventually } from './eventually.ts';

/** Where a flow runs: in memory, or on real servers. */
export interface Backend {
  readonly openBus: () => Promise<Bus>;
  readonly openStore: (prefix: string) => OpenStore;
  /** The variables that lead to further servers. */
  readonly env?: Readonly<Record<string, string>>;
  /** Resolves when what is done on further servers waits for events. */
  readonly rest?: () => Promise<void>;
}

export interface FlowOptions {
  readonly backend: Backend;
  readonly flow: Flow;
  /** The services that take part; name one twice for two replicas. */
  readonly services: readonly Service[];
  /** Variables that differ from the defaults. */
  readonly env?: Readonly<Record<string, string>>;
  /** How long `until` waits, where an event is expected not to come. ms */
  readonly patienceMs?: number;
}

/** A running flow as a test sees it: it publishes any event, and reads the stream. */
export interface RunningFlow extends AsyncDisposable {
  readonly bus: Bus;
  /** Publishes an event as its owner would. Defaults: the contract's example data, and the deterministic id. */
  publish(type: string, orderId: string, data?: Record<string, unknown>, change?: Change): Promise<void>;
  /** The order's events in the stream, by sequence; copies included. */
  events(orderId: string): Promise<ReceivedEvent[]>;
  /** Waits until the stream holds an event of that type for the order, and resolves with it. */
  until(type: string, orderId: string): Promise<ReceivedEvent>;
  /** Waits until every service has acknowledged everything in the stream. */
  rest(): Promise<void>;
  /** Every publish of the services, also those that the stream dropped as duplicates. */
  readonly attempts: Attempts;
  counters(service: string): Promise<Counters>;
}

/** Event id -> the bodies that were published under it, one per try. */
export type Attempts = ReadonlyMap<string, readonly string[]>;

interface Change {
  readonly id?: string;
  /** The trace in which it was created. */
  readonly traceparent?: string;
  /** Published even if the stream has this event already: a fresh `Nats-Msg-Id`. */
  readonly again?: boolean;
}

/** Three commands with an answer each, between order.created and order.cancelled; the requests to undo, and the reports. */
const LONGEST_CHAIN = 10;

/** ACK_WAIT: longer than a slow machine stalls, since tests count what is published; a redelivery is rarely waited for. */
export const testEnv = { ACK_WAIT: '5s', GATEWAY_LATENCY: '0ms', LOG_LEVEL: 'silent', ORDER_TIMEOUT: '30m' };

/** Starts the services in this process. */
export async function startFlow({ backend, flow, services, env = {}, patienceMs }: FlowOptions): Promise<RunningFlow> {
  const settings = readSettings({ ...testEnv, ...backend.env, ...env });
  const attempts = new Map<string, string[]>();
  const log = pino({ level: settings.LOG_LEVEL });
  const running: RunningService[] = [];
  for (const service of services) {
    const openBus = async () => counting(await backend.openBus(), attempts);
    running.push(
      await startService(service, { flow, settings, log, openBus, openStore: backend.openStore, listen: false }),
    );
  }
  const bus = await backend.openBus();
  const stop = async () => {
    for (const service of running) await service.stop();
    await bus.close();
  };
  return observe({ backend, flow, services, bus, attempts, stop, patienceMs });
}

interface Observed extends Omit<FlowOptions, 'env' | 'patienceMs'> {
  readonly patienceMs?: number | undefined;
  readonly bus: Bus;
  readonly attempts: Attempts;
  readonly stop: () => Promise<void>;
}

/** A flow that runs already, observed through the test's own bus and stores. */
export function observe({ backend, flow, services, bus, attempts, stop, patienceMs = 28_000 }: Observed): RunningFlow {
  let copies = 0;
  /** Asked again where a machine that stalls lets a question to a server time out. */
  const events = (orderId: string) =>
    eventually(
      async () => (await readOrder(bus, flow, orderId)).map((message) => readEvent(flow, message)),
      `the events of order ${orderId}`,
    );
  return {
    bus,
    attempts,
    events,
    async publish(type, orderId, data = contractOf(flow, type).example, { id, traceparent, again } = {}) {
      const { owner } = contractOf(flow, type);
      const envelope = { orderId, source: owner, now: Date.now(), traceparent };
      const built = buildEvent(flow, { type, data: { ...data, orderId } }, envelope);
      const wire = toWire(flow, id ? { ...built, id } : built);
      const headers = again ? { ...wire.headers, 'Nats-Msg-Id': `again-${++copies}` } : wire.headers;
      await bus.publish({ ...wire, headers });
    },
    until: (type, orderId) =>
      eventually(
        async () => (await events(orderId)).find((event) => event.type === type),
        `${type} of order ${orderId}`,
        patienceMs,
      ),
    async rest() {
      const durables = services.filter(({ reacts }) => Object.keys(reacts(flow)).length > 0).map(({ name }) => name);
      const caughtUp = async () => (await bus.caughtUp([...new Set(durables)], 500)) || undefined;
      // What was handled may have published more: once for each link of the longest chain of events.
      for (let link = 0; link < LONGEST_CHAIN; link += 1) {
        await eventually(caughtUp, 'all services at rest', 60_000);
        await backend.rest?.();
      }
    },
    async counters(service) {
      const store = backend.openStore(service);
      try {
        return await eventually(() => store.counters(), `the counters of ${service}`);
      } finally {
        await store.close();
      }
    },
    [Symbol.asyncDispose]: stop,
  };
}

function counting(bus: Bus, attempts: Map<string, string[]>): Bus {
  const publish: Publisher['publish'] = (message, options) => {
    const id = message.headers['ce-id'] ?? message.subject;
    const bodies = attempts.get(id) ?? [];
    attempts.set(id, bodies);
    bodies.push(String(message.body));
    return bus.publish(message, options);
  };
  return new Proxy(bus, { get: (target, key) => (key === 'publish' ? publish : Reflect.get(target, key, target)) });
}
