/** The OpenTelemetry SDK's own variables (OTEL_…), as far as they say anything. The given ones are set where it reads none. */
export function openTelemetryEnvironment(defaults: Record<string, string> = {}): Record<string, string | undefined> {
  for (const [name, value] of Object.entries(defaults)) process.env[name] ||= value;
  return Object.fromEntries(Object.entries(process.env).filter(([name, value]) => name.startsWith('OTEL_') && value));
}

/** Traces or logs have somewhere to go: by the standard variables, and only then, a service loads the SDK. */
export const hasTelemetryEndpoint = (env: Record<string, string | undefined> = process.env): boolean =>
  ['', 'TRACES_', 'LOGS_'].some((signal) => env[`OTEL_EXPORTER_OTLP_${signal}ENDPOINT`]);
