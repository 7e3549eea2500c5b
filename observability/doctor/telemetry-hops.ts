import { datasources } from '../dashboards/board/target.ts';
import { Broken, type Places } from './hop.ts';
import { ask, postJson, searchDashboards, searchLogs, searchTraces } from './probes.ts';

/** Each resolves with what it saw. @throws Broken */

const start = (service: string) => `docker compose up -d ${service}; then docker compose logs ${service}`;
const notSent = (kind: string): string =>
  `place an order; if it stays empty, see otelcol_exporter_send_failed_${kind}_total in Prometheus and whether the services have OTEL_EXPORTER_OTLP_ENDPOINT`;

/** Does the collector take spans and log lines? Empty exports are sent: they store nothing. */
export async function examineCollector({ collector }: Places): Promise<string> {
  const sent = [
    await postJson(`${collector}/v1/traces`, { resourceSpans: [] }),
    await postJson(`${collector}/v1/logs`, { resourceLogs: [] }),
  ];
  const refused = sent.find(({ ok }) => !ok);
  if (refused) throw new Broken(`the collector at ${collector} ${refused.says}.`, start('otel-collector'));
  return 'the collector takes spans and log lines.';
}

/** Is Tempo ready, and has it a trace? */
export async function examineTraces({ tempo }: Places): Promise<string> {
  const ready = await ask(`${tempo}/ready`);
  if (!ready.ok) throw new Broken(`Tempo at ${tempo} ${ready.says}.`, start('tempo'));
  const { ok, body, says } = await searchTraces(tempo, '{}');
  if (!ok || !body?.traces) throw new Broken(`Tempo’s search ${says}.`, start('tempo'));
  if (body.traces.length === 0) throw new Broken('Tempo has no trace of the last hour.', notSent('spans'));
  return 'Tempo has traces of the last hour.';
}

/** Is Loki ready, and has it a line of a service? */
export async function examineLogs({ loki }: Places): Promise<string> {
  const ready = await ask(`${loki}/ready`);
  if (!ready.ok) throw new Broken(`Loki at ${loki} ${ready.says}.`, start('loki'));
  const { ok, body, says } = await searchLogs(loki, '{service_name=~".+-service"}');
  if (!ok || !body?.data) throw new Broken(`Loki’s query ${says}.`, start('loki'));
  if (body.data.result.length === 0)
    throw new Broken('Loki has no line of a service of the last hour.', notSent('log_records'));
  return 'Loki has lines of the services.';
}

/** Does Grafana answer, reach each data source, and have the home dashboard? */
export async function examineGrafana({ grafana }: Places): Promise<string> {
  const health = await ask(`${grafana}/api/health`);
  if (!health.ok) throw new Broken(`Grafana at ${grafana} ${health.says}.`, start('grafana'));
  for (const { uid } of Object.values(datasources)) {
    const { ok, body, says } = await ask<{ readonly status?: string; readonly message?: string }>(
      `${grafana}/api/datasources/uid/${uid}/health`,
    );
    if (!ok || body?.status === 'ERROR')
      throw new Broken(
        `Grafana’s data source ${uid}: ${body?.message ?? says}.`,
        `is ${uid} running, and does ${uid.toUpperCase()}_URL of Grafana lead to it? See docker compose logs grafana`,
      );
  }
  const { body: found } = await searchDashboards(grafana);
  if (!found?.some(({ uid }) => uid === 'order-funnel'))
    throw new Broken('Grafana has no dashboard order-funnel.', 'check DASHBOARDS_DIR, then restart Grafana');
  return `Grafana reaches its data sources and has ${found.length} dashboards: ${grafana}`;
}
