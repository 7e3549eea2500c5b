import type { Logger } from 'pino';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { createJetStreamBus } from '#shared/messaging/jetstream/jetstream-bus.ts';
import { createRedisStore } from '#shared/store/redis/redis-store.ts';
import { createLogger } from '#shared/telemetry/logs/logger.ts';
import { createServiceMetrics } from '#shared/telemetry/metrics/service-metrics.ts';
import { runningSdk } from '#shared/telemetry/traces/running-sdk.ts';
import { createTracedInstrumentation } from '#shared/telemetry/traces/traced.ts';
import { brokerTimesOf } from './broker-times.ts';
import { readCredentials, urlsWith } from './credentials.ts';
import type { Service } from './service.ts';
import { BadSettings, readSettings, type Settings } from './settings.ts';
import { type RunningService, startService } from './start-service.ts';

const DRAIN_WITHIN_MS = 10_000;
const ONE_SIGNAL_MS = 1_000;

/**
 * The main of every service: runs it until SIGTERM or SIGINT, then drains it and exits 0. A later second signal exits at
 * once. Metrics are always on, but where their own cost is measured.
 */
export async function runService(service: Service, { withMetrics = true } = {}): Promise<void> {
  try {
    const settings = readSettings(process.env, service.name);
    const log = createLogger({ service: service.name, level: settings.LOG_LEVEL });
    const urls = accessOf(settings);
    const running = await startService(service, {
      flow: pizzaFlow,
      settings,
      log,
      ...(runningSdk()?.traces && { instrumentation: createTracedInstrumentation({ flow: pizzaFlow }) }),
      ...(withMetrics && { metrics: metricsOf(service, settings) }),
      openBus: () => createJetStreamBus(busOptions(service.name, urls.nats, settings)),
      openStore: (prefix) => createRedisStore({ url: urls.redis, service: prefix, partitions: settings.PARTITIONS }),
    });
    stopOnSignal(running, log);
    // Whoever started it waits for this line, whatever LOG_LEVEL is.
    log
      .child({}, { level: 'info' })
      .info({ adminPort: running.adminPort, port: running.httpPort, pid: process.pid }, 'ready');
  } catch (error) {
    process.stderr.write(
      `${service.name}: ${error instanceof BadSettings ? error.message : (error as Error).message}\n`,
    );
    process.exit(1);
  }
}

const metricsOf = (service: Service, settings: Settings) =>
  createServiceMetrics({
    flow: pizzaFlow,
    service: service.name,
    reacts: Object.keys(service.reacts(pizzaFlow)),
    orderTimeoutMs: settings.ORDER_TIMEOUT,
    ofNode: true,
    spansLost: runningSdk()?.spansLost,
  });

/** A service started by hand on servers that ask for nobody has no credentials. */
const accessOf = (settings: Settings) =>
  settings.CREDENTIALS_FILE
    ? urlsWith(readCredentials(settings.CREDENTIALS_FILE), settings)
    : { nats: settings.NATS_URL, redis: settings.REDIS_URL };

const busOptions = (name: string, url: string, settings: Settings) => ({
  url,
  // Who has credentials of its own has them from a set-up that made the streams, too.
  mayManage: !settings.CREDENTIALS_FILE,
  flow: pizzaFlow,
  name,
  ...brokerTimesOf(settings),
});

function stopOnSignal(running: RunningService, log: Logger): void {
  let signalledAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (signalledAt === undefined) {
      signalledAt = Date.now();
      void drain(running, log, signal);
    } else if (Date.now() - signalledAt > ONE_SIGNAL_MS) process.exit(1);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onSignal);
}

async function drain(running: RunningService, log: Logger, signal: NodeJS.Signals): Promise<void> {
  log.info({ signal }, 'draining');
  setTimeout(() => {
    log.error(`not drained within ${DRAIN_WITHIN_MS} ms; what was under way is delivered again`);
    process.exit(1);
  }, DRAIN_WITHIN_MS).unref();
  await running.stop();
  log.info('stopped');
  await runningSdk()?.shutdown();
  process.exit(0);
}
