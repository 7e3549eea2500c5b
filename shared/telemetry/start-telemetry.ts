import { setTimeout as delay } from 'node:timers/promises';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { openTelemetryEnvironment } from './environment.ts';
import { sendLogsOverOtlp } from './logs/otlp-logs.ts';
import { setRunningSdk } from './traces/running-sdk.ts';
import { BadOtlpSettings, readSpanBatching, type SpanBatching } from './traces/span-batching.ts';
import { createSpanExport } from './traces/span-export.ts';
import { createSpanLosses } from './traces/span-losses.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Spans left after it are lost: a receiver that hangs does not hold up the end of a service. */
const SHUTDOWN_WITHIN_MS = 3_000;

/**
 * Starts the OpenTelemetry SDK by the standard OTEL_* variables until `runningSdk()?.shutdown()`; a bad one ends the process
 * with one message. No library is patched: every span is made at a seam of `shared/kernel/instrumentation.ts`.
 * @param name the service's, unless OTEL_SERVICE_NAME says another
 */
export function startTelemetry(name = 'unknown_service'): void {
  const env = openTelemetryEnvironment();
  const service = env.OTEL_SERVICE_NAME ?? name;
  try {
    start(env, service, readSpanBatching(env));
  } catch (error) {
    if (!(error instanceof BadOtlpSettings)) throw error;
    process.stderr.write(`${service}: ${error.message}\n`);
    process.exit(1);
  }
}

function start(env: Environment, service: string, batching: SpanBatching | undefined): void {
  const logs = wantsLogs(env);
  const losses = createSpanLosses((lost) => warn(service, lost, 'spans were lost'));
  const spans = batching && createSpanExport({ exporter: new OTLPTraceExporter(), batching, onLost: losses.add });
  const sdk = new NodeSDK({
    serviceName: service,
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
      await Promise.race([sdk.shutdown().catch(() => undefined), delay(SHUTDOWN_WITHIN_MS)]);
      spans?.giveUp();
      losses.flush();
    },
  });
}

/** A line as the service's logger writes it, which does not exist yet and may itself depend on the receiver. */
function warn(service: string, fields: object, msg: string): void {
  process.stdout.write(`${JSON.stringify({ level: 40, time: Date.now(), service, ...fields, msg })}\n`);
}

function wantsLogs(env: Environment): boolean {
  const endpoint = env.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return Boolean(endpoint) && env.OTEL_LOGS_EXPORTER?.trim() !== 'none' && env.OTEL_SDK_DISABLED !== 'true';
}
