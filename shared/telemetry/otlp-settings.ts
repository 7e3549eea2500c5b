/** Where and how spans are sent, as the standard variables say. */
export interface OtlpSettings {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Of one try, ms. */
  readonly timeoutMs: number;
  readonly gzip: boolean;
  /** Spans wait so long for company, ms. */
  readonly delayMs: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A standard OTEL_ variable that cannot be followed; the message names it and the remedy. */
export class BadOtlpSettings extends Error {
  override readonly name = 'BadOtlpSettings';
}

/**
 * How to export traces; undefined when no endpoint is named or traces are switched off. Source: "OpenTelemetry Protocol
 * Exporter" and "General SDK Configuration" of the OpenTelemetry specification.
 * @throws BadOtlpSettings
 */
export function readOtlpSettings(env: Environment): OtlpSettings | undefined {
  const off = env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER?.trim() === 'none';
  const [name, endpoint] = given(env, 'ENDPOINT');
  if (off || !endpoint) return undefined;
  checkExporter(env);
  const [, headers] = given(env, 'HEADERS');
  return {
    url: urlOf(name, endpoint),
    headers: { ...headersOf(env.OTEL_EXPORTER_OTLP_HEADERS), ...headersOf(headers) },
    timeoutMs: milliseconds(...given(env, 'TIMEOUT'), 10_000),
    gzip: isGzip(...given(env, 'COMPRESSION')),
    delayMs: milliseconds('OTEL_BSP_SCHEDULE_DELAY', env.OTEL_BSP_SCHEDULE_DELAY, 1_000),
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

/** The endpoint for traces is taken as it is; of the common one `v1/traces` is a part. */
function urlOf(name: string, endpoint: string): URL {
  const base = URL.parse(endpoint);
  if (!base || !/^https?:$/.test(base.protocol))
    throw new BadOtlpSettings(`${name} must be a URL such as http://127.0.0.1:4318`);
  if (name.includes('_TRACES_')) return base;
  base.pathname = `${base.pathname.replace(/\/$/, '')}/v1/traces`;
  return base;
}

/** `key=value,key=value`, values percent-encoded. */
function headersOf(text = ''): Record<string, string> {
  const pairs = text
    .split(',')
    .map((pair) => pair.split('='))
    .filter(([name]) => name?.trim());
  try {
    return Object.fromEntries(
      pairs.map(([name = '', ...value]) => [name.trim(), decodeURIComponent(value.join('=').trim())]),
    );
  } catch (cause) {
    throw new BadOtlpSettings('OTEL_EXPORTER_OTLP_HEADERS holds a value that is not percent-encoded', { cause });
  }
}

function milliseconds(name: string, text: string | undefined, fallback: number): number {
  if (!text) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0)
    throw new BadOtlpSettings(`${name}=${text} must be a whole number of milliseconds above 0`);
  return value;
}

function isGzip(name: string, compression = 'none'): boolean {
  if (compression === 'gzip' || compression === 'none') return compression === 'gzip';
  throw new BadOtlpSettings(`${name}=${compression} is not supported: set it to gzip or none`);
}
