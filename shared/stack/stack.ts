import { appendFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bareUrl } from '#shared/messaging/server-url.ts';
import { loadPattern, type Pattern } from '#shared/runtime/pattern.ts';
import { readSettings, type Settings } from '#shared/runtime/settings.ts';
import { dataFolder, storePlaces } from '#shared/runtime/store-settings.ts';
import type { StorePlaces } from '#shared/store/stores.ts';
import { noteChosenStore } from './access/chosen-store.ts';
import { prepareAccess, type StackAccess } from './access/stack-access.ts';
import { dataDir } from './processes/data-dir.ts';
import { freePort } from './processes/free-ports.ts';
import { keepRunning, type Own } from './processes/keep-running.ts';
import { type ServiceProcess, startServiceProcess } from './processes/service-process.ts';
import { StartFailure } from './processes/start-failure.ts';
import { restateEnv, startNats, startPrometheus, startRestate } from './servers/native-server.ts';
import type { NativeServer } from './servers/running-server.ts';
import { startStoreServers } from './servers/store-servers.ts';
import { type PlannedService, planServices, type ServiceWish } from './service-plan.ts';
import { stackEnvironment } from './stack-environment.ts';

export interface Stack extends AsyncDisposable {
  readonly pattern: Pattern;
  readonly settings: Settings;
  /** The URLs of the servers name the operator, who may look into everything. */
  readonly nats: NativeServer;
  /** @throws Error when no service keeps its state in Redis */
  readonly redis: NativeServer;
  /** Where the services keep their state, as the operator sees it. */
  readonly stores: StorePlaces;
  /** The servers that orders pass through: NATS, those of the stores, and what the pattern needs besides. */
  readonly servers: readonly NativeServer[];
  /** Present when it was asked for and could be started. */
  readonly prometheus: NativeServer | undefined;
  /** In the order of the plan; replicas of one service side by side. */
  readonly services: readonly ServiceProcess[];
  /** Base URL of the order intake; undefined when no service with an HTTP edge runs. */
  readonly orderUrl: string | undefined;
  /** Services first, so that they can drain, servers last. May be called again. */
  stop(): Promise<void>;
}

/** NATS_URL and those of the stores: variable -> URL. */
export type ServerUrls = Readonly<Record<string, string>>;

export interface StackOptions {
  /** Variables over this process' own. ORDER_TIMEOUT is 30s unless one of the two says otherwise. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: one replica of every service of the pattern. */
  readonly services?: readonly ServiceWish[] | ((pattern: Pattern) => readonly ServiceWish[]);
  /** True: the ports of the settings, data and logs kept in the data folder. Default: free ports, temporary data. */
  readonly kept?: boolean;
  /** True: a Prometheus that scrapes the services, if the program is there. Default: none. */
  readonly prometheus?: boolean;
  /** Where a service finds the servers: its way may lead through a proxy. Default: straight to them. */
  readonly route?: (service: string, urls: ServerUrls) => Promise<ServerUrls>;
  /** A line that a service wrote: JSON, but for a crash. */
  readonly onLine?: (service: string, line: string) => void;
  /** A service or server ended without having been asked to. */
  readonly onDeath?: (sentence: string) => void;
  /** The stack goes on without something that it does not need: why Prometheus is missing. */
  readonly onNotice?: (sentence: string) => void;
  /** Aborted while starting: stops what has started, and the start rejects. */
  readonly signal?: AbortSignal;
}

/** Starts servers, then all services at once; resolves when each is ready. @throws StartFailure, BadSettings; then nothing is left running. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { services, kept = false, prometheus: monitored = false, signal } = options;
  const env = stackEnvironment(options.env);
  const settings = readSettings(env);
  const pattern = await loadPattern(settings.PATTERN);
  const wishes = typeof services === 'function' ? services(pattern) : services;
  const running = keepRunning(signal);
  try {
    const plan = await planServices({ pattern, env, settings, wishes, kept, keepAdminPorts: monitored });
    const access = await prepareAccess(pattern, kept, running.afterwards);
    const { nats, stores, ...started } = await startServers(pattern, settings, options, access, running);
    const moved = kept ? await noteChosenStore(settings, pattern, stores) : [];
    if (moved.length > 0)
      options.onNotice?.(
        `STORE has changed: the state of ${moved.join(', ')} is rebuilt from the stream, in some seconds.`,
      );
    const further = await startFurther(pattern, settings, options, running.server);
    const bare = Object.entries(started.urls).map(([variable, url]) => [variable, bareUrl(url)]);
    const urls: ServerUrls = Object.fromEntries(bare);
    const { route = async () => urls } = options;
    const envOf = async (service: string) => ({
      ...further.env,
      ...(await route(service, urls)),
      ...access.envOf(service),
    });
    const processes = await startServices(plan, envOf, settings.BIND, options, running.service);
    const prometheus = monitored ? await startMonitor(settings, processes, options, running.server) : undefined;
    const orderUrl = processes.find(({ url }) => url)?.url;
    const { stop } = running;
    return {
      pattern,
      settings,
      nats,
      get redis() {
        const redis = started.servers.find(({ name }) => name === 'redis-server');
        if (!redis) throw new Error(`no service of this stack keeps its state in Redis: STORE=${settings.STORE}`);
        return redis;
      },
      stores,
      servers: [nats, ...started.servers, ...further.servers],
      prometheus,
      services: processes,
      orderUrl,
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await running.stop();
    throw signal?.aborted ? new StartFailure('stopped while starting', { cause: error }) : error;
  }
}

/** With `kept`, the server's own folder and port. */
function placeOf(name: string, port: number, kept: boolean | undefined, pattern: string) {
  const place = { dir: join(dataDir(), dataFolder(name, pattern)), port, portVariable: `${name.toUpperCase()}_PORT` };
  return kept ? place : {};
}

async function startServers(
  pattern: Pattern,
  settings: Settings,
  { kept = false, onDeath = () => undefined }: StackOptions,
  access: StackAccess,
  own: ReturnType<typeof keepRunning>,
) {
  const { BIND: bind, DURABLE: durable, NATS_PORT, NATS_MONITOR_PORT, PATTERN } = settings;
  const monitor = kept ? { monitorPort: NATS_MONITOR_PORT } : {};
  const place = placeOf('nats', NATS_PORT, kept, PATTERN);
  const starting = [
    own.server(startNats({ bind, durable, ...place, ...monitor, ...access.nats(settings) })),
    startStoreServers(pattern, settings, { kept, access }, own),
  ] as const;
  // One that fails is not to leave the other's start behind.
  await Promise.allSettled(starting);
  const [nats, storing] = await Promise.all(starting);
  for (const server of [nats, ...storing.servers]) void server.died.then(onDeath);
  const urls = { NATS_URL: nats.url, ...storing.urls };
  return { nats, servers: storing.servers, urls, stores: storePlaces(settings, pattern.services, urls) };
}

/** What the pattern needs besides NATS and its stores, and the variables that tell a service where it is. */
async function startFurther({ servers }: Pattern, settings: Settings, { kept, onDeath }: StackOptions, own: Own) {
  if (!servers?.includes('restate')) return { servers: [], env: {} };
  const { BIND: bind, RESTATE_PORT, RESTATE_ADMIN_PORT, RESTATE_ENDPOINT_PORT, PATTERN } = settings;
  const admin = kept ? { adminPort: RESTATE_ADMIN_PORT } : {};
  const server = await own(startRestate({ bind, ...placeOf('restate', RESTATE_PORT, kept, PATTERN), ...admin }));
  void server.died.then(onDeath);
  // The same after a restart of the service: a workflow that is under way is called where it began.
  const endpointPort = kept ? RESTATE_ENDPOINT_PORT : await freePort(bind);
  return { servers: [server], env: { ...restateEnv(server), RESTATE_ENDPOINT_PORT: String(endpointPort) } };
}

async function startServices(
  plan: readonly PlannedService[],
  envOf: (service: string) => Promise<Readonly<Record<string, string>>>,
  bind: string,
  { kept, onLine, onDeath = () => undefined }: StackOptions,
  own: Own,
): Promise<ServiceProcess[]> {
  const logs = join(dataDir(), 'logs');
  if (kept) await mkdir(logs, { recursive: true });
  const start = async ({ name, ...planned }: PlannedService) => {
    const write = (line: string) => {
      if (kept) appendFileSync(join(logs, `${name}.jsonl`), `${line}\n`);
      onLine?.(name, line);
    };
    const env = { ...planned.env, ...(await envOf(name)) };
    const child = await own(startServiceProcess({ ...planned, name, bind, env, onLine: write, onDeath }));
    await child.ready();
    return child;
  };
  return Promise.all(plan.map(start));
}

/** Nothing depends on Prometheus: whatever prevents it is told, and the stack runs without. */
async function startMonitor(
  { BIND: bind, PROMETHEUS_PORT, PATTERN }: Settings,
  services: readonly ServiceProcess[],
  { kept, signal, onNotice = () => undefined }: StackOptions,
  own: Own,
): Promise<NativeServer | undefined> {
  const jobs = Map.groupBy(services, ({ name }) => name);
  const scraped = [...jobs].map(([name, replicas]) => ({
    name,
    replicas: Object.fromEntries(
      replicas.map(({ replica, adminUrl }) => [`${name} ${replica}`, new URL(adminUrl).host]),
    ),
  }));
  try {
    const prometheus = await own(
      startPrometheus({ bind, jobs: scraped, ...placeOf('prometheus', PROMETHEUS_PORT, kept, PATTERN) }),
    );
    void prometheus.died.then(onNotice);
    return prometheus;
  } catch (error) {
    if (!(error instanceof StartFailure) || signal?.aborted) throw error;
    onNotice(`No Prometheus: ${error.message}`);
    return undefined;
  }
}
