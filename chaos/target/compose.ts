import { setTimeout as delay } from 'node:timers/promises';
import { loadPattern, serviceNames } from '#shared/runtime/pattern.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { operatorStores, operatorUrls } from '#shared/stack/access/operator-access.ts';
import { composePath, docker } from '#shared/stack/compose/docker.ts';
import { StartFailure } from '#shared/stack/processes/start-failure.ts';
import { stackEnvironment } from '#shared/stack/stack-environment.ts';
import { type AdminAnswer, type Needs, NotRunnable, type Part, refuseOwnStackNeeds, type Target } from './target.ts';

/** The defaults of docker-compose.yml. */
const DEFAULTS = {
  DEFAULT_ORDER_TIMEOUT: '30s',
  DEFAULT_RETENTION: '15m',
  DEAD_LETTER_RETENTION: '15m',
  DEMO_RATE: '2',
};
/** The demo never comes to rest, and some of its orders time out on purpose: they would be judged, too. */
const CALM = { DEMO_RATE: '0' };
const ADMIN = 'http://127.0.0.1:9100';
const READY_WITHIN_MS = 60_000;

type Container = Awaited<ReturnType<typeof findContainers>>[number];

/** The containers of `docker compose up` in this repository, by the docker command. @throws NotRunnable, StartFailure. */
export async function composeStack({ needs }: { readonly needs: Needs }): Promise<Target> {
  const env = { ...DEFAULTS, ...stackEnvironment() };
  refuseOwnStackNeeds(needs);
  refuseOtherSettings(needs, env);
  const settings = readSettings(env);
  const pattern = await loadPattern(settings.PATTERN);
  const containers = await findContainers(serviceNames(pattern));
  const { NATS_URL } = operatorUrls(env);
  const at = (port: number) => `http://127.0.0.1:${port}`;
  return {
    name: 'docker compose',
    pattern,
    settings,
    orderUrl: at(settings.ORDER_PORT),
    natsUrl: NATS_URL,
    stores: await operatorStores(undefined, env),
    prometheusUrl: at(settings.PROMETHEUS_PORT),
    grafanaUrl: at(settings.GRAFANA_PORT),
    parts: containers.map((container) => partOf(container, settings.CHAOS_TOKEN ?? '')),
    network: undefined,
    async [Symbol.asyncDispose]() {},
  };
}

function refuseOtherSettings({ env: wanted }: Needs, env: Readonly<Record<string, string>>): void {
  const others = Object.entries({ ...CALM, ...wanted }).filter(([name, value]) => env[name] !== value);
  const variables = others.map((pair) => pair.join('=')).join(' ');
  if (others.length > 0)
    throw new NotRunnable(
      `it needs containers that were started otherwise: ${variables} docker compose up --wait, then the same variables before this command`,
    );
}

/** Those of the compose file in this repository, and no others. */
async function findContainers(services: readonly string[]) {
  const ids = (await docker(['compose', '--file', composePath, 'ps', '--all', '--quiet'])).split('\n').filter(Boolean);
  if (ids.length === 0) throw new StartFailure('no container of docker-compose.yml runs: docker compose up --wait');
  const format =
    '{{.Id}} {{index .Config.Labels "com.docker.compose.service"}} {{index .Config.Labels "com.docker.compose.container-number"}}';
  const lines = (await docker(['inspect', '--format', format, ...ids])).split('\n').filter(Boolean);
  const targets = ['nats', 'redis', ...services];
  const containers = lines.map((line) => {
    const [id = '', service = '', replica = '1'] = line.split(' ');
    return { id, service, replica: Number(replica) };
  });
  return containers.filter(({ service }) => targets.includes(service));
}

const VERBS: Readonly<Partial<Record<NodeJS.Signals, readonly string[]>>> = {
  SIGKILL: ['kill'],
  SIGSTOP: ['pause'],
  SIGCONT: ['unpause'],
};

function partOf({ id, service, replica }: Container, token: string): Part {
  return {
    name: service,
    replica,
    signal: async (signal) => void (await docker([...(VERBS[signal] ?? ['kill', '--signal', signal]), id])),
    async restart() {
      // It may be dead already.
      await docker(['kill', id]).catch(() => undefined);
      await docker(['start', id]);
      await untilHealthy(service, id);
    },
    admin: (path, body) => askInside(id, token, path, body),
  };
}

async function untilHealthy(service: string, id: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while ((await docker(['inspect', '--format', '{{.State.Health.Status}}', id])).trim() !== 'healthy') {
    if (Date.now() > deadline)
      throw new StartFailure(`${service} is not healthy ${READY_WITHIN_MS / 1_000} s after its restart`);
    await delay(500);
  }
}

/** No admin port is published: node asks from within, and gets the token by its environment. */
async function askInside(id: string, token: string, path: string, body?: unknown): Promise<AdminAnswer | undefined> {
  const put = { method: 'PUT', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const program = `const r = ${JSON.stringify(body === undefined ? {} : put)};
    r.headers = { ...r.headers, authorization: 'Bearer ' + process.env.TOKEN };
    const a = await fetch(${JSON.stringify(ADMIN + path)}, r);
    console.log(JSON.stringify({ status: a.status, text: await a.text() }))`;
  const command = ['node', '--input-type=module', '--eval', program];
  try {
    const answer = await docker(['exec', '--env', 'TOKEN', id, ...command], { env: { TOKEN: token } });
    return JSON.parse(answer) as AdminAnswer;
  } catch {
    // NATS and Redis have no node; a paused or killed container does not answer.
    return undefined;
  }
}
