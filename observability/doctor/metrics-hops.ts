import { askPrometheus } from '#shared/stack/servers/ask-prometheus.ts';
import { Broken, type Places } from './hop.ts';
import { ask } from './probes.ts';

/** Each resolves with what it saw. @throws Broken */

/** Does every service serve its metrics, and reach its broker and its store? */
export async function examineServices({
  admin,
  intake,
  prometheus,
  store,
}: Places): Promise<string | { readonly absent: string }> {
  const asked = await Promise.all(
    Object.entries(admin).map(async ([name, url]) => {
      const answer = await ask<Readiness>(`${url}/ready`);
      return { name, url, answer };
    }),
  );
  const silent = asked.filter(({ answer }) => answer.status === undefined);
  if (silent.length === asked.length) return withoutAdminPorts(intake, prometheus);
  const [first] = silent;
  if (first)
    throw new Broken(
      `${silent.map(({ name }) => name).join(', ')} ${silent.length > 1 ? 'do' : 'does'} not answer; ${first.url} ${first.answer.says}.`,
      `read .data/logs/${first.name}.jsonl, then stop and start again (npm start)`,
    );
  const unready = asked.find(({ answer }) => !answer.ok);
  if (unready) {
    const { broker, store: found, consumer } = unready.answer.body ?? { broker: 'unknown', store: 'unknown' };
    if (consumer === 'missing') throw withoutDurable([unready.name]);
    throw new Broken(
      `${unready.name} is not ready: broker ${broker}, store ${found}.`,
      `start ${broker === 'connected' ? `the server of the store ${store}` : 'NATS'} again: the services recover by themselves`,
    );
  }
  return `${asked.length} services are ready and serve their metrics.`;
}

/** What `/ready` answers. */
interface Readiness {
  readonly broker: string;
  readonly store: string;
  readonly consumer?: string;
}

const withoutDurable = (names: readonly string[]) =>
  new Broken(
    `NATS has no durable ${names.join(', ')}: what the service should consume waits in the stream.`,
    'run npm run set-up, in compose docker compose up set-up: it begins with the first event of the stream, which takes effect once',
  );

/** Containers publish no admin port: Prometheus tells whose durable is missing. */
async function withoutAdminPorts(intake: string, prometheus: string): Promise<{ readonly absent: string }> {
  const { ok, says } = await ask(`${intake}/openapi.json`);
  const missing = ok ? await askPrometheus(prometheus, 'ALERTS{alertname="ConsumerMissing"}').catch(() => []) : [];
  if (missing.length > 0) throw withoutDurable(missing.map(({ labels }) => labels.durable ?? 'unknown'));
  if (ok) return { absent: 'they run in containers, whose admin ports are not published: see the scrape.' };
  throw new Broken(
    `no service answers; the order intake at ${intake} ${says}.`,
    'start the stack by npm start or docker compose up --wait; if it runs, check the ports in .env',
  );
}

const START = 'start it: npm start runs one where it can, docker compose up -d prometheus another';

interface Target {
  readonly labels: { readonly job: string };
  readonly scrapeUrl: string;
  readonly health: string;
  readonly lastError: string;
}

/** Does Prometheus answer, and scrape every service? */
export async function examineScrape({ prometheus, admin }: Places): Promise<string> {
  const { ok, body, says } = await ask<{ data?: { activeTargets: Target[] } }>(
    `${prometheus}/api/v1/targets?state=active`,
  );
  if (!ok) throw new Broken(`Prometheus at ${prometheus} ${says}.`, START);
  const targets = body?.data?.activeTargets;
  if (!targets) throw new Broken(`${prometheus} is no Prometheus.`, 'free the port, or set PROMETHEUS_PORT in .env');
  const services = Object.keys(admin);
  const own = targets.filter(({ labels }) => services.includes(labels.job));
  const up = own.filter(({ health }) => health === 'up').map(({ labels }) => labels.job);
  const missing = services.filter((name) => !up.includes(name));
  const down = own.find(({ labels }) => labels.job === missing[0]);
  if (missing.length > 0)
    throw new Broken(
      `no replica of ${missing.join(', ')} is scraped${down ? `: ${down.scrapeUrl} says ${down.lastError || 'nothing yet'}` : ''}.`,
      `is it running? See docker compose ps -a ${missing[0]}, or what npm start prints; its panels recover by themselves`,
    );
  return `Prometheus scrapes ${own.length} processes of ${services.length} services.`;
}

interface Rule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

/** Are the rules loaded, and can each be evaluated? Panels and alerts read what they record. */
export async function examineRules({ prometheus }: Places): Promise<string> {
  const { body, says } = await ask<{ data?: { groups: { rules: Rule[] }[] } }>(`${prometheus}/api/v1/rules`);
  const rules = body?.data?.groups.flatMap((group) => group.rules);
  if (!rules) throw new Broken(`Prometheus at ${prometheus} ${says}.`, START);
  if (rules.length === 0)
    throw new Broken('Prometheus has loaded no rule.', 'run npm run dashboards, then restart Prometheus');
  const bad = rules.find(({ health }) => health === 'err');
  if (bad)
    throw new Broken(
      `${bad.name} cannot be evaluated: ${bad.lastError}.`,
      'correct it in observability/prometheus/rules',
    );
  return `${rules.length} rules are loaded and can be evaluated.`;
}

/** Did any order come? Without one most panels show zero, and latency panels nothing. */
export async function examineOrders({ prometheus, store }: Places): Promise<string> {
  const samples = await askPrometheus(prometheus, 'max(pizza_order_stage_total{stage="created"})').catch(() => {
    throw new Broken(`Prometheus at ${prometheus} does not answer a query.`, START);
  });
  const created = samples[0]?.value;
  if (created === undefined)
    throw new Broken(
      'no kitchen reports the funnel.',
      `the kitchen gets no answer from its store: start the server of the store ${store} again, or see runbook/no-data.md`,
    );
  if (created === 0)
    throw new Broken('nobody has ordered yet, so there is nothing to see.', 'place an order, or set DEMO_RATE=2');
  return `${created} orders are in the funnel.`;
}
