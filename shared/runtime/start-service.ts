import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Flow } from '#shared/contracts/flow.ts';
import { serveFaults } from '#shared/faults/fault-routes.ts';
import { createFaultSwitch, type FaultSwitch } from '#shared/faults/fault-switch.ts';
import { systemClock } from '#shared/kernel/clock.ts';
import { combineInstrumentation, type Instrumentation } from '#shared/kernel/instrumentation.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import { withPublish } from '#shared/messaging/bus.ts';
import { hostAndPort } from '#shared/messaging/server-url.ts';
import type { OpenStore } from '#shared/store/store.ts';
import { createLoggedInstrumentation } from '#shared/telemetry/logs/logged-instrumentation.ts';
import type { ServiceMetrics } from '#shared/telemetry/metrics/service-metrics.ts';
import { createAdminServer } from './admin-server.ts';
import { runBehaviour } from './run-behaviour.ts';
import { runEngine } from './run-engine.ts';
import type { Service, ServicePorts } from './service.ts';
import { adminPortVariable, type Settings } from './settings.ts';

/** Where a service runs: the real thing, or a test's. What it opens here is closed when the service stops. */
export interface Environment {
  readonly flow: Flow;
  readonly settings: Settings;
  readonly log: Logger;
  readonly openBus: () => Promise<Bus>;
  readonly openStore: (prefix: string) => OpenStore;
  /** Default: none. */
  readonly instrumentation?: Partial<Instrumentation>;
  /** Default: none. */
  readonly metrics?: ServiceMetrics;
  /** Whether to bind servers: tests that talk to the bus alone need none. Default true. */
  readonly listen?: boolean;
}

export interface RunningService {
  readonly adminPort: number | undefined;
  readonly httpPort: number | undefined;
  /** Stops intake, drains the consumers, finishes what is under way, closes. */
  stop(): Promise<void>;
}

/** @throws Unavailable when the broker cannot be reached, Error when a port is taken; then nothing is left open. */
export async function startService(service: Service, environment: Environment): Promise<RunningService> {
  const { flow, settings, log, metrics, listen = true } = environment;
  // Spans around metrics, so that these find the span under way for their exemplars.
  const seen = [environment.instrumentation ?? {}, metrics?.instrumentation ?? {}, createLoggedInstrumentation(log)];
  const observed = combineInstrumentation(...seen);
  const faults = faultsOf(service.name, environment, observed);
  const instrumentation = faults ? withFaults(observed, faults) : observed;
  await using opened = new AsyncDisposableStack();
  const bus = withPublish(await environment.openBus(), instrumentation.publish);
  const connections: { close(): Promise<void> }[] = [bus];
  // Each waits for its server in vain when that is frozen: together, so that the drain's deadline is not spent on them.
  opened.defer(async () => void (await Promise.all(connections.map((connection) => connection.close()))));
  const ports: ServicePorts = {
    ...systemClock,
    flow,
    settings,
    bus,
    log,
    openStore(prefix) {
      const store = instrumentation.store(environment.openStore(prefix), prefix);
      connections.push(store);
      return store;
    },
    dependency: faults?.dependency ?? ((_name, port) => port),
    traceparent: instrumentation.traceparent,
  };
  const running = service.engine
    ? await runEngine(service, service.engine, ports, instrumentation)
    : service.behaviour && (await runBehaviour(service, service.behaviour(ports), ports, instrumentation));
  if (running) opened.defer(running.stop);
  const watching = await metrics?.watch({ bus, store: running?.store });
  if (watching) opened.defer(watching.stop);

  async function listenOn(server: FastifyInstance, port: number, variable: string): Promise<number> {
    opened.defer(() => server.close());
    const host = settings.BIND;
    await server.listen({ host, port }).catch((cause: Error) => {
      throw new Error(
        `cannot listen on ${hostAndPort(host, port)}: ${cause.message}. Set ${variable} to a free port.`,
        { cause },
      );
    });
    return (server.server.address() as { port: number }).port;
  }
  const http = service.http?.(ports);
  if (http) instrumentation.http(http);
  const httpPort = http && listen ? await listenOn(http, settings.ORDER_PORT, 'ORDER_PORT') : undefined;
  const admin = createAdminServer({
    bus,
    metrics,
    store: running?.store,
    storeState: running?.storeState,
    durable: Object.keys(service.reacts(flow)).length > 0 ? service.name : undefined,
  });
  if (faults && settings.CHAOS_TOKEN) serveFaults(admin, faults, settings.CHAOS_TOKEN);
  const adminPort = listen
    ? await listenOn(admin, settings.adminPort ?? 0, adminPortVariable(service.name))
    : undefined;
  // First when it stops: an event that a fault holds must not delay the drain.
  opened.defer(() => faults?.clear());
  const closing = opened.move();
  return { adminPort, httpPort, stop: () => closing.disposeAsync() };
}

/** Undefined, and so at no cost, unless FAULTS are set from the start or may be set later. */
function faultsOf(service: string, { flow, settings }: Environment, { injected }: Instrumentation) {
  const { FAULTS: specs = [], CHAOS_TOKEN: token, SEED: seed, TIME_SCALE: timeScale } = settings;
  if (specs.length === 0 && !token) return undefined;
  const faults = createFaultSwitch({ flow, service, seed, timeScale, clock: systemClock, injected });
  faults.set(specs);
  return faults;
}

/** Faults innermost: a delivery's span and metrics include what a fault does to it; copies are not counted as published. */
const withFaults = (observed: Instrumentation, faults: FaultSwitch): Instrumentation => ({
  ...observed,
  publish: (next) => observed.publish(faults.publishMiddleware(next)),
  delivery: (consumer) => (next) => observed.delivery(consumer)(faults.deliveryMiddleware(next)),
});
