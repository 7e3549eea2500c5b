/** `node --import ./shared/telemetry/preload.ts services/main.ts <name>`: OpenTelemetry first; without an endpoint nothing. */
import { hasTelemetryEndpoint } from './environment.ts';

if (hasTelemetryEndpoint()) {
  const { startTelemetry } = await import('./start-telemetry.ts');
  startTelemetry(process.argv[2]);
}
