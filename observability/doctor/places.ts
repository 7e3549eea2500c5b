import { readSettings } from '#shared/runtime/settings.ts';
import { adminPortOf, knownServices } from '#shared/stack/service-plan.ts';
import type { Places } from './hop.ts';

/** Where everything is by these variables: the same ports for `npm start` and docker compose. @throws BadSettings */
export function placesOf(env: Readonly<Record<string, string>>): Places {
  const { BIND, ORDER_PORT, PROMETHEUS_PORT, OTLP_PORT, TEMPO_PORT, LOKI_PORT, GRAFANA_PORT } = readSettings(env);
  const at = (port: number | string | undefined) => `http://${BIND}:${port}`;
  return {
    intake: at(ORDER_PORT),
    admin: Object.fromEntries(knownServices().map((service) => [service, at(adminPortOf(service, env))])),
    prometheus: at(PROMETHEUS_PORT),
    collector: at(OTLP_PORT),
    tempo: at(TEMPO_PORT),
    loki: at(LOKI_PORT),
    grafana: at(GRAFANA_PORT),
  };
}
