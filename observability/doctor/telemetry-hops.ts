import { askHttp, isOk, jsonOf } from './ask-http.ts';
import { broken, type Finding, ok } from './hop.ts';

const start = (service: string) =>
  `docker compose up -d ${service}, or npm start -- --grafana; then docker compose logs ${service}`;
const LOOKBACK_SECONDS = 3_600;

/** Does the collector take spans and log lines? Empty exports are asked: they store nothing. */
export async function examineCollector(url: string): Promise<Finding> {
  const headers = { 'content-type': 'application/json' };
  const send = (path: string, body: object) =>
    askHttp(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const traces = await send('/v1/traces', { resourceSpans: [] });
  if (!isOk(traces)) return broken('collector', `the collector at ${url} ${traces.says}.`, start('otel-collector'));
  const logs = await send('/v1/logs', { resourceLogs: [] });
  // Where no collector is on PATH, npm start -- --grafana puts Tempo in its place, and lines go to Loki directly.
  if (logs.status === 404) return ok('collector', 'no collector: Tempo takes the spans itself.');
  if (!isOk(logs)) return broken('collector', `the collector at ${url} ${logs.says}.`, start('otel-collector'));
  return ok('collector', 'the collector takes spans and log lines.');
}

/** Is Tempo ready, and has it a trace? */
export async function examineTraces(url: string): Promise<Finding> {
  const ready = await askHttp(`${url}/ready`);
  if (!isOk(ready)) return broken('traces', `Tempo at ${url} ${ready.says}.`, start('tempo'));
  const answer = await askHttp(`${url}/api/search?${new URLSearchParams({ q: '{}', limit: '1', ...lastHour() })}`);
  const traces = jsonOf<{ traces?: unknown[] }>(answer)?.traces;
  if (!isOk(answer) || !traces) return broken('traces', `Tempo’s search ${answer.says}.`, start('tempo'));
  if (traces.length === 0)
    return broken(
      'traces',
      'Tempo has no trace of the last hour.',
      notSent('otelcol_exporter_send_failed_spans_total'),
    );
  return ok('traces', 'Tempo has traces of the last hour.');
}

/** Is Loki ready, and has it a line of a service? */
export async function examineLogs(url: string): Promise<Finding> {
  const ready = await askHttp(`${url}/ready`);
  if (!isOk(ready)) return broken('logs', `Loki at ${url} ${ready.says}.`, start('loki'));
  const query = new URLSearchParams({ query: '{service_name=~".+-service"}', limit: '1', ...lastHour() });
  const answer = await askHttp(`${url}/loki/api/v1/query_range?${query}`);
  const streams = jsonOf<{ data?: { result?: unknown[] } }>(answer)?.data?.result;
  if (!isOk(answer) || !streams) return broken('logs', `Loki’s query ${answer.says}.`, start('loki'));
  if (streams.length === 0)
    return broken(
      'logs',
      'Loki has no line of a service of the last hour.',
      notSent('otelcol_exporter_send_failed_log_records_total'),
    );
  return ok('logs', 'Loki has lines of the services.');
}

const notSent = (metric: string): string =>
  `place an order; if it stays empty, see ${metric} in Prometheus and whether the services have OTEL_EXPORTER_OTLP_ENDPOINT`;

/** Seconds since the epoch: Tempo and Loki both take them. */
function lastHour(): { start: string; end: string } {
  const now = Math.ceil(Date.now() / 1_000);
  return { start: String(now - LOOKBACK_SECONDS), end: String(now + 1) };
}
