import { Broken, type Finding, type HopName, hopNames, type Places } from './hop.ts';
import { examineOrders, examineRules, examineScrape, examineServices } from './metrics-hops.ts';
import { ask } from './probes.ts';
import { examineCollector, examineGrafana, examineLogs, examineTraces } from './telemetry-hops.ts';

type Examination = (places: Places) => Promise<string | { readonly absent: string }>;

const examinations: Readonly<Record<HopName, Examination>> = {
  services: examineServices,
  scrape: examineScrape,
  rules: examineRules,
  orders: examineOrders,
  collector: examineCollector,
  traces: examineTraces,
  logs: examineLogs,
  grafana: examineGrafana,
};

/** What only docker compose starts. */
const OF_COMPOSE: readonly HopName[] = ['collector', 'traces', 'logs', 'grafana'];
const notStarted = async () => ({ absent: 'not part of this stack (docker compose up --wait starts it).' });

/** Examines every hop, in the order of the data's way. Those of docker compose count if one answers, or with `all`. */
export async function examine(places: Places, { all = false } = {}): Promise<Finding[]> {
  const composed = all || (await anyAnswers(places));
  return Promise.all(
    hopNames.map((hop) => judge(hop, composed || !OF_COMPOSE.includes(hop) ? examinations[hop] : notStarted, places)),
  );
}

async function judge(hop: HopName, examination: Examination, places: Places): Promise<Finding> {
  try {
    const seen = await examination(places);
    return typeof seen === 'string' ? { hop, state: 'ok', says: seen } : { hop, state: 'absent', says: seen.absent };
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return { hop, state: 'broken', says: error.message, remedy: error.remedy };
  }
}

async function anyAnswers({ collector, tempo, loki, grafana }: Places): Promise<boolean> {
  const urls = [`${collector}/v1/traces`, `${tempo}/ready`, `${loki}/ready`, `${grafana}/api/health`];
  const answers = await Promise.all(urls.map((url) => ask(url)));
  return answers.some(({ status }) => status !== undefined);
}
