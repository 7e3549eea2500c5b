/** The variables OTEL_BSP_*, by the names of the SDK's batch processor. */
export interface SpanBatching {
  /** A span that ends while so many wait for their export is lost. */
  readonly maxQueueSize: number;
  readonly maxExportBatchSize: number;
  /** A batch that is not full is exported after this time, ms. */
  readonly scheduledDelayMillis: number;
  /** The next batch waits for an export no longer than this, ms. */
  readonly exportTimeoutMillis: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A standard OTEL_ variable that cannot be followed; the message names it and the remedy. */
export class BadOtlpSettings extends Error {
  override readonly name = 'BadOtlpSettings';
}

/**
 * How to batch spans; undefined without an endpoint or traces. What the exporter would silently ignore is refused. Source: OTel
 * specification, "OpenTelemetry Protocol Exporter" and "General SDK Configuration". @throws BadOtlpSettings
 */
export function readSpanBatching(env: Environment): SpanBatching | undefined {
  const off = env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER?.trim() === 'none';
  const [name, endpoint] = given(env, 'ENDPOINT');
  if (off || !endpoint) return undefined;
  checkExporter(env);
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    throw new BadOtlpSettings(`${name} must be a URL such as http://127.0.0.1:4318`);
  return {
    // The spans of a busy second: neither a burst nor a slow answer loses any.
    maxQueueSize: wholeNumber(env, 'OTEL_BSP_MAX_QUEUE_SIZE', 8_192),
    maxExportBatchSize: wholeNumber(env, 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512),
    scheduledDelayMillis: wholeNumber(env, 'OTEL_BSP_SCHEDULE_DELAY', 1_000),
    exportTimeoutMillis: wholeNumber(env, 'OTEL_BSP_EXPORT_TIMEOUT', 30_000),
  };
}

/** The variable for traces wins over the one for every signal. */
function given(env: Environment, what: string): [string, string | undefined] {
  const own = `OTEL_EXPORTER_OTLP_TRACES_${what}`;
  const common = `OTEL_EXPORTER_OTLP_${what}`;
  return env[own] ? [own, env[own]] : [common, env[common] || undefined];
}

function checkExporter(env: Environment): void {
  const exporter = env.OTEL_TRACES_EXPORTER?.trim() || 'otlp';
  if (exporter !== 'otlp')
    throw new BadOtlpSettings(`OTEL_TRACES_EXPORTER=${exporter} is not supported: set it to otlp or none, or unset it`);
  const [name, protocol = 'http/protobuf'] = given(env, 'PROTOCOL');
  if (protocol.trim() !== 'http/protobuf')
    throw new BadOtlpSettings(
      `${name}=${protocol} is not supported: set it to http/protobuf, or unset it, and name the HTTP endpoint (port 4318)`,
    );
}

function wholeNumber(env: Environment, name: string, fallback: number): number {
  const text = env[name];
  if (!text) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0)
    throw new BadOtlpSettings(`${name}=${text} must be a whole number above 0`);
  return value;
}
