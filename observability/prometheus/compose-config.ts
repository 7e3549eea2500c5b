import { prometheusConfig, type ScrapeJob } from '#shared/stack/servers/prometheus-config.ts';
import { everyJob } from '../shown-pattern.ts';

/** The admin port of every service in docker-compose.yml: replicas differ by their address. */
export const ADMIN_PORT = 9100;

/** Who else has metrics there; some only with a profile, and a name that does not resolve is no target. */
const OTHERS: Readonly<Record<string, number>> = {
  'otel-collector': 8888,
  'nats-exporter': 7777,
  'redis-exporter': 9121,
};

/** The text of prometheus.yml for docker-compose.yml. Every address of a service's name is scraped, so replicas are seen. */
export const composeConfig = (): string =>
  prometheusConfig({
    jobs: [
      ...everyJob.map((name) => byName(name, ADMIN_PORT)),
      ...Object.entries(OTHERS).map(([name, port]) => byName(name, port)),
    ],
    alertmanager: { name: 'alertmanager', port: 9093 },
    ruleFiles: ['/etc/prometheus/rules/*.yml'],
    // A notification outside Grafana needs an absolute link to the runbook page.
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Prometheus fills it in
    externalLabels: { grafana: '${GRAFANA_URL}' },
  });

const byName = (name: string, port: number): ScrapeJob => ({ name, dns: { name, port } });
