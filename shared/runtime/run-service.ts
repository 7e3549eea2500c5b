import type { Logger } from 'pino';
import type { Flow } from '#shared/contracts/flow.ts';
import { createJetStreamBus } from '#shared/messaging/jetstream/jetstream-bus.ts';
import { loadStores } from '#shared/store/stores.ts';
import { createLogger } from '#shared/telemetry/logs/logger.ts';
import { createServiceMetrics } from '#shared/telemetry/metrics/service-metrics.ts';
import { runningSdk } from '#shared/telemetry/traces/running-sdk.ts';
import { createTracedInstrumentation } from '#shared/telemetry/traces/traced.ts';
import { readCredentials, urlsWith } from './credentials.ts';
import { loadPattern, serviceOf } from './pattern.ts';
import type { Service } from './service.ts';
import { brokerTimesOf, readSettings, type Settings } from './settings.ts';
import { type RunningService, startService } from './start-service.ts';
import { storePlaces } from './store-settings.ts';

const DRAIN_WITHIN_MS = 10_000;
const ONE_SIGNAL_MS = 1_000;

/** Runs a service of the pattern until SIGTERM or SIGINT, then drains it and exits 0; a later second signal exits at once. */
export async function runService(name: string, { withMetrics = true } = {}): Promise<void> {
  try {
    const settings = readSettings(process.env, name);
    const pattern = await loadPattern(settings.PATTERN);
    const service = serviceOf(pattern, name);
    const { flow } = pattern;
    const { LOG_LEVEL: level, CREDENTIALS_FILE: file } = settings;
    const log = createLogger({ service: name, level });
    // A service started by hand on servers without users has no credentials. With them, set-up has already made the streams.
    const urls = file ? urlsWith(readCredentials(file), settings) : settings.storeUrls;
    const stores = await loadStores(storePlaces(settings, [service], urls));
    const running = await startService(service, {
      flow,
      settings,
      log,
      ...(runningSdk()?.traces && { instrumentation: createTracedInstrumentation({ flow }) }),
      ...(withMetrics && { metrics: metricsOf(flow, service, settings) }),
      openBus: () =>
        createJetStreamBus({ url: urls.NATS_URL ?? '', mayManage: !file, flow, name, ...brokerTimesOf(settings) }),
      openStore: stores.open,
    });
    stopOnSignal(running, log);
    // Whoever started it waits for this line, whatever LOG_LEVEL is.
    const { adminPort, httpPort: port } = running;
    log.child({}, { level: 'info' }).info({ adminPort, port, pid: process.pid }, 'ready');
  } catch (error) {
    const { message, cause } = error as Error;
    process.stderr.write(`${name}: ${[message, (cause as Error | undefined)?.message].filter(Boolean).join(': ')}\n`);
    process.exit(1);
  }
}

const metricsOf = (flow: Flow, service: Service, settings: Settings) =>
  createServiceMetrics({
    flow,
    service: service.name,
    reacts: Object.keys(service.reacts(flow)),
    orderTimeoutMs: settings.ORDER_TIMEOUT,
    retentionMs: settings.RETENTION,
    ofNode: true,
    spansLost: runningSdk()?.spansLost,
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
