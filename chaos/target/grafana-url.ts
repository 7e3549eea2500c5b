import { readSettings } from '#shared/host/settings.ts';
import { stackEnvironment } from '#shared/stack/stack.ts';

/** Where this machine's Grafana is, if it runs. */
export const grafanaUrl = (): string => `http://127.0.0.1:${readSettings(stackEnvironment()).GRAFANA_PORT}`;
