import { askHttp } from './ask-http.ts';
import { examineGrafana } from './grafana-hop.ts';
import { absent, type Finding, type HopName, hopNames, type Places } from './hop.ts';
import { examineOrders, examineRules, examineScrape } from './prometheus-hops.ts';
import { examineServices } from './services-hop.ts';
import { examineCollector, examineLogs, examineTraces } from './telemetry-hops.ts';

/** Asks every hop, in the order of the data's way; a hop that depends on another is asked all the same. */
export async function examine(places: Places, { all = false } = {}): Promise<Finding[]> {
  const services = Object.keys(places.admin);
  const judged: Record<HopName, () => Promise<Finding>> = {
    services: () => examineServices(places),
    scrape: () => examineScrape(places.prometheus, services),
    rules: () => examineRules(places.prometheus),
    orders: () => examineOrders(places.prometheus),
    collector: () => examineCollector(places.collector),
    traces: () => examineTraces(places.tempo),
    logs: () => examineLogs(places.loki),
    grafana: () => examineGrafana(places.grafana),
  };
  const shown = all || (await anybodyShows(places));
  return Promise.all(hopNames.map((hop) => (shown || !OF_GRAFANA.has(hop) ? judged[hop]() : absent(hop, NOT_STARTED))));
}

/** What `npm start` leaves out unless it is asked for. */
const OF_GRAFANA: ReadonlySet<HopName> = new Set(['collector', 'traces', 'logs', 'grafana']);
const NOT_STARTED = 'not part of this stack (docker compose up --wait, or npm start -- --grafana).';

/** One of the four is there: then the stack was started with all of them. */
async function anybodyShows({ collector, tempo, loki, grafana }: Places): Promise<boolean> {
  const asked = await Promise.all(
    [`${collector}/v1/traces`, `${tempo}/ready`, `${loki}/ready`, `${grafana}/api/health`].map((url) => askHttp(url)),
  );
  return asked.some(({ status }) => status !== undefined);
}
