import { composeVariables } from '#shared/stack/compose-variables.ts';

const PORT = 'GRAFANA_PORT';

/** Where compose's Grafana is, if it runs. */
export function grafanaUrl(): string {
  const fallback = composeVariables.find(({ name }) => name === PORT)?.fallback;
  return `http://127.0.0.1:${process.env[PORT] || fallback}`;
}
