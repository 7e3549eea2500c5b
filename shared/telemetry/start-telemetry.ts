import { basename, dirname } from 'node:path';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { register } from 'import-in-the-middle/register-hooks.mjs';
import { openTelemetryEnvironment } from './environment.ts';
import { sendLogsOverOtlp } from './logs/otlp-logs.ts';
import { EVENT_LOOP_SAMPLE_MS } from './metrics/event-loop.ts';
import { setRunningSdk } from './traces/running-sdk.ts';
import { BadOtlpSettings, readSpanBatching, type SpanBatching } from './traces/span-batching.ts';
import { createSpanExport } from './traces/span-export.ts';
import { createSpanLosses } from './traces/span-losses.ts';

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
    start(env, service, readSpanBatching(env));
  } catch (error) {
    if (!(error instanceof BadOtlpSettings)) throw error;
    process.stderr.write(`${service}: ${error.message}\n`);
    process.exit(1);
  }
}

function start(env: Environment, service: string, batching: SpanBatching | undefined): void {
  register({ include: INSTRUMENTED });
  const logs = wantsLogs(env);
  const losses = createSpanLosses({ log: (lost) => warn(service, lost, 'spans were lost') });
  const spans = batching && createSpanExport({ exporter: new OTLPTraceExporter(), batching, onLost: losses.add });
  const sdk = new NodeSDK({
    serviceName: service,
    instrumentations: instrumentations(),
    spanProcessors: spans ? [spans.processor] : [],
    // Metrics are scraped, not sent.
    metricReaders: [],
    ...(!logs && { logRecordProcessors: [] }),
  });
  sdk.start();
  if (logs) sendLogsOverOtlp();
  setRunningSdk({
    traces: spans !== undefined,
    spansLost: losses.totals,
    async shutdown() {
      await within(SHUTDOWN_WITHIN_MS, sdk.shutdown());
      spans?.giveUp();
      losses.flush();
    },
  });
}

/** A line as the service's own logger writes it; that one is made later, and may itself depend on the receiver. */
function warn(service: string, fields: object, msg: string): void {
  process.stdout.write(`${JSON.stringify({ level: 40, time: Date.now(), service, ...fields, msg })}\n`);
}

function wantsLogs(env: Environment): boolean {
  const endpoint = env.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return Boolean(endpoint) && env.OTEL_LOGS_EXPORTER?.trim() !== 'none' && env.OTEL_SDK_DISABLED !== 'true';
}

const instrumentations = () =>
  getNodeAutoInstrumentations({
    '@opentelemetry/instrumentation-http': { ignoreIncomingRequestHook: ({ url = '' }) => WATCHED.has(url) },
    // Arguments hold order ids and whole events.
    '@opentelemetry/instrumentation-ioredis': { dbStatementSerializer: (command: string) => command },
    // The logger itself sends its lines.
    '@opentelemetry/instrumentation-pino': { disableLogSending: true },
    '@opentelemetry/instrumentation-runtime-node': { monitoringPrecision: EVENT_LOOP_SAMPLE_MS },
  });

async function within(ms: number, task: Promise<void>): Promise<void> {
  const timeout = Promise.withResolvers<void>();
  const timer = setTimeout(timeout.resolve, ms);
  await Promise.race([task.catch(() => undefined), timeout.promise]);
  clearTimeout(timer);
}
