/** The OpenTelemetry SDK's own variables (OTEL_…), as far as they are set. */
export const openTelemetryEnvironment = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(process.env).filter(([name, value]) => name.startsWith('OTEL_') && value));

/** The standard variables name a receiver of traces or logs: only then does a service load the SDK. */
export const hasTelemetryEndpoint = (env: Record<string, string | undefined> = process.env): boolean =>
  ['', 'TRACES_', 'LOGS_'].some((signal) => env[`OTEL_EXPORTER_OTLP_${signal}ENDPOINT`]);
