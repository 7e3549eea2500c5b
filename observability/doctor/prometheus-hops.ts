import { askHttp, isOk, jsonOf } from './ask-http.ts';
import { broken, type Finding, ok } from './hop.ts';

interface Target {
  readonly labels: { readonly job: string };
  readonly scrapeUrl: string;
  readonly health: string;
  readonly lastError: string;
}
interface Rule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

const START = 'start it: npm start brings one where it can, docker compose up -d prometheus another';

/** Does Prometheus answer, and scrape every service? */
export async function examineScrape(url: string, services: readonly string[]): Promise<Finding> {
  const answer = await askHttp(`${url}/api/v1/targets?state=active`);
  if (!isOk(answer)) return broken('scrape', `Prometheus at ${url} ${answer.says}.`, START);
  const targets = jsonOf<{ data: { activeTargets: Target[] } }>(answer)?.data?.activeTargets;
  if (!targets) return broken('scrape', `${url} is no Prometheus.`, 'free the port, or set PROMETHEUS_PORT in .env');
  const own = targets.filter(({ labels }) => services.includes(labels.job));
  const unscraped = services.filter(
    (name) => !own.some(({ labels, health }) => labels.job === name && health === 'up'),
  );
  const down = own.find(({ labels }) => labels.job === unscraped[0]);
  if (unscraped.length > 0)
    return broken(
      'scrape',
      `no replica of ${unscraped.join(', ')} is scraped${down ? `: ${down.scrapeUrl} says ${down.lastError || 'nothing yet'}` : ''}.`,
      `is it running? docker compose ps -a ${unscraped[0]}, or the lines of npm start; its panels come back by themselves`,
    );
  return ok('scrape', `Prometheus scrapes ${own.length} processes of ${services.length} services.`);
}

/** Are the rules loaded, and can each be evaluated? Panels and alerts read what they record. */
export async function examineRules(url: string): Promise<Finding> {
  const answer = await askHttp(`${url}/api/v1/rules`);
  const rules = jsonOf<{ data: { groups: { rules: Rule[] }[] } }>(answer)?.data?.groups.flatMap((group) => group.rules);
  if (!rules) return broken('rules', `Prometheus at ${url} ${answer.says}.`, START);
  if (rules.length === 0)
    return broken('rules', 'Prometheus has loaded no rule.', 'run npm run dashboards, then restart Prometheus');
  const bad = rules.find(({ health }) => health === 'err');
  if (bad)
    return broken(
      'rules',
      `${bad.name} cannot be evaluated: ${bad.lastError}.`,
      'mend it in observability/prometheus/rules',
    );
  return ok('rules', `${rules.length} rules are loaded and can be evaluated.`);
}

/** Did any order come? Without one most panels show zero, and latency panels nothing. */
export async function examineOrders(url: string): Promise<Finding> {
  const value = async (query: string) => {
    const answer = await askHttp(`${url}/api/v1/query?${new URLSearchParams({ query })}`);
    const result = jsonOf<{ data: { result: { value: [number, string] }[] } }>(answer)?.data?.result;
    return { answer, number: result?.[0] && Number(result[0].value[1]) };
  };
  const created = await value('max(pizza_order_stage_total{stage="created"})');
  if (!isOk(created.answer)) return broken('orders', `Prometheus at ${url} ${created.answer.says}.`, START);
  if (created.number === undefined)
    return broken(
      'orders',
      'no kitchen reports the funnel.',
      'the kitchen gets no answer from Redis: start Redis again, or see runbook/no-data.md',
    );
  if (created.number === 0)
    return broken(
      'orders',
      'nobody has ordered yet, so there is nothing to see.',
      'place an order, or set DEMO_RATE=2',
    );
  return ok('orders', `${created.number} orders are in the funnel.`);
}
