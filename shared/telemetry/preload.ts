/**
 * `node --import ./shared/telemetry/preload.ts services/main.ts <name>`: starts OpenTelemetry before the service. Without an
 * endpoint (OTEL_EXPORTER_OTLP_ENDPOINT and its like) it loads nothing and does nothing.
 */
import { hasTelemetryEndpoint } from './environment.ts';

if (hasTelemetryEndpoint()) {
  const { startTelemetry } = await import('./start-telemetry.ts');
  startTelemetry(process.argv[1]);
}
