import { join } from 'node:path';
import { bareUrl } from '#shared/messaging/server-url.ts';
import { childEnvironment, readSettings, type Settings } from '#shared/runtime/settings.ts';
import { prepareAccess, type StackAccess } from './access/stack-access.ts';
import { freePort } from './processes/free-ports.ts';
import { keepRunning, type Own, type Running } from './processes/keep-running.ts';
import { openLogs } from './processes/service-logs.ts';
import { type ServiceProcess, startServiceProcess } from './processes/service-process.ts';
import { StartFailure } from './processes/start-failure.ts';
import { dataDir } from './programs/programs.ts';
import { startNats, startPrometheus, startRedis } from './servers/native-server.ts';
import { type ObserverInput, type Observers, startGrafanaOver, startObservers } from './servers/observers.ts';
import type { ScrapeJob } from './servers/prometheus-config.ts';
import type { NativeServer } from './servers/running-server.ts';
import { type PlannedService, planServices, type ServiceWish } from './service-plan.ts';

/** The running whole: two servers and the services on them. */
export interface Stack extends AsyncDisposable {
  readonly settings: Settings;
  /** The URLs of the servers name the operator, who may look into everything. */
  readonly nats: NativeServer;
  readonly redis: NativeServer;
  /** Present when it was asked for and could be started. */
  readonly prometheus: NativeServer | undefined;
  /** Present when it was asked for: what takes traces and logs, as far as it could be started. */
  readonly observers: Observers | undefined;
  readonly grafana: NativeServer | undefined;
  /** In the order of the plan; replicas of one service side by side. */
  readonly services: readonly ServiceProcess[];
  /** Base URL of the order intake; undefined when no service with an HTTP edge runs. */
  readonly orderUrl: string | undefined;
  /** Services first, so that they can drain, servers last. May be called again. */
  stop(): Promise<void>;
}

/** NATS_URL and REDIS_URL. */
export type ServerUrls = Readonly<Record<string, string>>;

export interface StackOptions {
  /** Variables over this process' own. ORDER_TIMEOUT is 30s unless one of the two says otherwise. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: one replica of every service of the contract table. */
  readonly services?: readonly ServiceWish[];
  /** True: the ports of the settings, data and logs kept in the data folder. Default: free ports, temporary data. */
  readonly kept?: boolean;
  /** A line that a service wrote: JSON, but for a crash. */
  readonly onLine?: (service: ServiceProcess['name'], line: string) => void;
  /** A service or server ended without having been asked to. */
  readonly onDeath?: (sentence: string) => void;
  /** True: a Prometheus that scrapes the services, if the program is there. Default: none. */
  readonly prometheus?: boolean;
  /** Where a service finds the servers (NATS_URL, REDIS_URL): its way may lead through something. Default: straight to them. */
  readonly route?: (service: ServiceProcess['name'], urls: ServerUrls) => Promise<ServerUrls>;
  /** True: Tempo, Loki, a collector and Grafana, each if the program is there. Default: none. */
  readonly grafana?: boolean;
  /** What goes on without something that it does not need: why Prometheus is missing. */
  readonly onNotice?: (sentence: string) => void;
  /** Aborted while starting: stops what has started, and the start rejects. */
  readonly signal?: AbortSignal;
}

/** Starts servers, then all services at once; resolves when each is ready. @throws StartFailure, BadSettings; then nothing is left running. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const env = stackEnvironment(options.env);
  const settings = readSettings(env);
  const running = keepRunning(options.signal);
  try {
    const plan = await planServices({ ...options, env, settings });
    const access = await prepareAccess(options.kept, running.afterwards);
    const showing = options.grafana ? await observerInput(settings, options, running.server) : undefined;
    const [[nats, redis], observers] = await Promise.all([
      startServers(settings, options, access, running.server),
      showing && startObservers(showing),
    ]);
    const urls = { NATS_URL: bareUrl(nats.url), REDIS_URL: bareUrl(redis.url) };
    const { route = async () => urls } = options;
    const envOf = async (service: string) => ({
      ...(await route(service, urls)),
      ...access.envOf(service),
      ...observers?.env,
    });
    const services = await startServices(plan, envOf, settings.BIND, options, running);
    const jobs = [...jobsOf(services), ...(observers?.jobs ?? [])];
    const port = showing && Number(new URL(showing.prometheusUrl).port);
    const [prometheus, grafana] = await Promise.all([
      options.prometheus ? startMonitor(settings, jobs, port, options, running.server) : undefined,
      showing && observers && startGrafanaOver(observers, showing),
    ]);
    const orderUrl = services.find(({ url }) => url)?.url;
    const { stop } = running;
    const servers = { nats, redis, prometheus, observers, grafana };
    return { settings, ...servers, services, orderUrl, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await running.stop();
    throw options.signal?.aborted ? new StartFailure('stopped while starting', { cause: error }) : error;
  }
}

/** Prometheus starts after those that write to it: its port is chosen before. */
async function observerInput(settings: Settings, options: StackOptions, own: Own): Promise<ObserverInput> {
  const { kept = false, onNotice = () => undefined } = options;
  const port = kept ? settings.PROMETHEUS_PORT : await freePort(settings.BIND);
  return { settings, kept, onNotice, own, prometheusUrl: `http://${settings.BIND}:${port}` };
}

async function startServices(
  plan: readonly PlannedService[],
  envOf: (service: string) => Promise<Readonly<Record<string, string>>>,
  bind: string,
  { kept, onLine, onDeath = () => undefined }: StackOptions,
  running: Running,
): Promise<ServiceProcess[]> {
  const log = kept ? await openLogs(join(dataDir(), 'logs'), running.afterwards) : () => undefined;
  const start = async (service: PlannedService) => {
    const write = (line: string) => {
      log(service.name, line);
      onLine?.(service.name, line);
    };
    const env = { ...service.env, ...(await envOf(service.name)) };
    const launch = { ...service, bind, env, onLine: write, onDeath };
    const child = await running.service(startServiceProcess(launch));
    await child.ready();
    return child;
  };
  return Promise.all(plan.map(start));
}

/** This process' variables, what is added, and the stack's own defaults. */
export function stackEnvironment(added: Readonly<Record<string, string>> = {}): Record<string, string> {
  const given = Object.entries(childEnvironment({ ...added })).filter(([, value]) => value);
  return { ORDER_TIMEOUT: '30s', ...(Object.fromEntries(given) as Record<string, string>) };
}

async function startServers(settings: Settings, { kept, onDeath }: StackOptions, access: StackAccess, own: Own) {
  const { BIND, DURABLE, NATS_PORT, NATS_MONITOR_PORT, REDIS_PORT } = settings;
  const common = { bind: BIND, durable: DURABLE };
  const folder = (name: string) =>
    kept ? { dir: join(dataDir(), name), portVariable: `${name.toUpperCase()}_PORT` } : {};
  const natsPorts = { port: NATS_PORT, monitorPort: NATS_MONITOR_PORT, monitorPortVariable: 'NATS_MONITOR_PORT' };
  const servers = await Promise.allSettled([
    own(startNats({ ...common, ...folder('nats'), ...(kept && natsPorts), ...access.nats(settings) })),
    own(startRedis({ ...common, ...folder('redis'), ...(kept && { port: REDIS_PORT }), ...access.redis })),
  ]);
  const [nats, redis] = servers.map((server) => {
    if (server.status === 'rejected') throw server.reason;
    void server.value.died.then(onDeath);
    return server.value;
  }) as [NativeServer, NativeServer];
  return [nats, redis] as const;
}

/** Nothing depends on Prometheus: whatever prevents it is told, and the rest goes on without. */
async function startMonitor(
  { BIND, PROMETHEUS_PORT }: Settings,
  jobs: readonly ScrapeJob[],
  port: number | undefined,
  { kept, signal, onNotice = () => undefined }: StackOptions,
  own: Own,
): Promise<NativeServer | undefined> {
  const place = kept
    ? { dir: join(dataDir(), 'prometheus'), port: PROMETHEUS_PORT, portVariable: 'PROMETHEUS_PORT' }
    : port !== undefined && { port };
  try {
    const prometheus = await own(startPrometheus({ bind: BIND, jobs, ...place }));
    void prometheus.died.then(onNotice);
    return prometheus;
  } catch (error) {
    if (!(error instanceof StartFailure) || signal?.aborted) throw error;
    onNotice(`No Prometheus: ${error.message}`);
    return undefined;
  }
}

const jobsOf = (services: readonly ServiceProcess[]) =>
  [...new Set(services.map(({ name }) => name))].map((name) => ({
    name,
    targets: services.filter((service) => service.name === name).map(({ adminUrl }) => new URL(adminUrl).host),
  }));
