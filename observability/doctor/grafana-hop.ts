import { askHttp, isOk, jsonOf } from './ask-http.ts';
import { broken, type Finding, ok } from './hop.ts';

/** The data sources of observability/grafana/provisioning, by their uid. */
const DATA_SOURCES = ['prometheus', 'tempo', 'loki'];

/** Does Grafana answer, reach each data source, and have the home dashboard? */
export async function examineGrafana(url: string): Promise<Finding> {
  const health = await askHttp(`${url}/api/health`);
  if (!isOk(health))
    return broken(
      'grafana',
      `Grafana at ${url} ${health.says}.`,
      'docker compose up -d grafana, or npm start -- --grafana',
    );
  for (const uid of DATA_SOURCES) {
    const answer = await askHttp(`${url}/api/datasources/uid/${uid}/health`);
    const said = jsonOf<{ status?: string; message?: string }>(answer);
    if (!isOk(answer) || said?.status === 'ERROR')
      return broken(
        'grafana',
        `Grafana’s data source ${uid}: ${said?.message ?? answer.says}.`,
        `is ${uid} running, and does ${uid.toUpperCase()}_URL of Grafana lead to it? See docker compose logs grafana`,
      );
  }
  const found = jsonOf<{ uid: string }[]>(await askHttp(`${url}/api/search?type=dash-db`));
  if (!found?.some(({ uid }) => uid === 'order-funnel'))
    return broken('grafana', 'Grafana has no dashboard order-funnel.', 'check DASHBOARDS_DIR, then restart Grafana');
  return ok('grafana', `Grafana reaches its data sources and has ${found.length} dashboards: ${url}`);
}
