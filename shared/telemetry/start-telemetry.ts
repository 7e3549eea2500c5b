import { basename, dirname } from 'node:path';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { register } from 'import-in-the-middle/register-hooks.mjs';
import { openTelemetryEnvironment } from '#shared/runtime/settings.ts';
import { allowedAttributes } from './attributes.ts';
import { EVENT_LOOP_SAMPLE_MS } from './event-loop.ts';
import { sendLogsOverOtlp } from './otlp-logs.ts';
import { BadOtlpSettings, type OtlpSettings, readOtlpSettings } from './otlp-settings.ts';
import { createOtlpSpanProcessor } from './otlp-span-processor.ts';
import { setRunningSdk } from './running-sdk.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Modules that the loader wraps for the instrumentations; wrapping all would break live bindings of some. */
const INSTRUMENTED = ['http', 'node:http', 'https', 'node:https', 'ioredis', 'pino', 'undici'];
/** Everything else is off, unless OTEL_NODE_ENABLED_INSTRUMENTATIONS says otherwise. */
const ENABLED = 'http,undici,ioredis,pino,runtime-node';
/** Asked by whoever watches the service: they are no part of any order's story. */
const WATCHED = new Set(['/live', '/ready', '/metrics']);
/** What is left after it is lost: a receiver that hangs does not hold up the end of a service. */
const SHUTDOWN_WITHIN_MS = 3_000;

/**
 * Starts the OpenTelemetry SDK by the standard OTEL_* variables; spans and, with an endpoint for them, log records are
 * exported until `runningSdk()?.shutdown()`. A variable that cannot be followed ends the process with one clear message.
 * @param main the file that node runs: its folder names the service unless OTEL_SERVICE_NAME does
 */
export function startTelemetry(main = ''): void {
  const env = openTelemetryEnvironment({ OTEL_NODE_ENABLED_INSTRUMENTATIONS: ENABLED });
  const service = env.OTEL_SERVICE_NAME ?? basename(dirname(main));
  try {
    start(env, service, readOtlpSettings(env));
  } catch (error) {
    if (!(error instanceof BadOtlpSettings)) throw error;
    process.stderr.write(`${service}: ${error.message}\n`);
    process.exit(1);
  }
}

function start(env: Environment, service: string, traces: OtlpSettings | undefined): void {
  register({ include: INSTRUMENTED });
  const logs = wantsLogs(env);
  const sdk = new NodeSDK({
    serviceName: service,
    instrumentations: instrumentations(env),
    spanProcessors: traces ? [spanProcessor(service, traces)] : [],
    // Metrics are scraped, not sent.
    metricReaders: [],
    ...(!logs && { logRecordProcessors: [] }),
  });
  sdk.start();
  if (logs) sendLogsOverOtlp();
  setRunningSdk({ traces: traces !== undefined, shutdown: () => within(SHUTDOWN_WITHIN_MS, sdk.shutdown()) });
}

const spanProcessor = (service: string, settings: OtlpSettings) =>
  createOtlpSpanProcessor({
    settings,
    allowed: allowedAttributes,
    onDropped: (spans, reason) => warn(service, { spans, reason }, 'spans were lost'),
  });

/** A line as the service's own logger writes it; that one is made later, and may itself depend on the receiver. */
function warn(service: string, fields: object, msg: string): void {
  process.stdout.write(`${JSON.stringify({ level: 40, time: Date.now(), service, ...fields, msg })}\n`);
}

function wantsLogs(env: Environment): boolean {
  const endpoint = env.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return Boolean(endpoint) && env.OTEL_LOGS_EXPORTER?.trim() !== 'none' && env.OTEL_SDK_DISABLED !== 'true';
}

function instrumentations(env: Environment) {
  const receivers = receiverHosts(env);
  return getNodeAutoInstrumentations({
    '@opentelemetry/instrumentation-http': {
      ignoreIncomingRequestHook: ({ url = '' }) => WATCHED.has(url),
      // Else each export would be a span of its own, to be exported.
      ignoreOutgoingRequestHook: ({ host, hostname = host, port }) => receivers.has(`${hostname}:${port}`),
    },
    // Arguments hold order ids and whole events.
    '@opentelemetry/instrumentation-ioredis': { dbStatementSerializer: (command: string) => command },
    // The logger itself sends its lines.
    '@opentelemetry/instrumentation-pino': { disableLogSending: true },
    '@opentelemetry/instrumentation-runtime-node': { monitoringPrecision: EVENT_LOOP_SAMPLE_MS },
  });
}

function receiverHosts(env: Environment): ReadonlySet<string> {
  const urls = Object.entries(env).flatMap(([name, value]) =>
    /^OTEL_EXPORTER_OTLP_(\w+_)?ENDPOINT$/.test(name) ? (URL.parse(value ?? '') ?? []) : [],
  );
  return new Set(
    urls.map(({ hostname, port, protocol }) => `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`),
  );
}

async function within(ms: number, task: Promise<void>): Promise<void> {
  const timeout = Promise.withResolvers<void>();
  const timer = setTimeout(timeout.resolve, ms);
  await Promise.race([task.catch(() => undefined), timeout.promise]);
  clearTimeout(timer);
}
