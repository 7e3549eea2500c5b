import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ScrapeJob } from '../../observability/prometheus/prometheus-config.ts';
import { type CollectorTargets, collectorLaunch } from './collector-launch.ts';
import { withFreePorts } from './free-ports.ts';
import { type DataSources, grafanaLaunch } from './grafana-launch.ts';
import { lokiLaunch } from './loki-launch.ts';
import { natsLaunch } from './nats-launch.ts';
import { findProgram, missingProgram, type Program } from './programs.ts';
import { prometheusLaunch } from './prometheus-launch.ts';
import { redisLaunch } from './redis-launch.ts';
import { type Launch, startServerProcess } from './server-process.ts';
import { StartFailure } from './start-failure.ts';
import { tempoLaunch } from './tempo-launch.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';
import { toxiproxyLaunch } from './toxiproxy-launch.ts';

/** Who is let in. */
export interface ServerAccess {
  /** In the server's own words: users, what each may do, and hashes of their passwords. */
  readonly users: string;
  /** The one that `url` names, and that asks whether the server answers. */
  readonly as: { readonly user: string; readonly password: string };
}

/** A real server as a child process. It never outlives the process that started it. */
export interface NativeServer extends AsyncDisposable {
  readonly name: string;
  /** What a client connects to, such as `nats://127.0.0.1:14222`; with the user of `access`, if it has users. */
  readonly url: string;
  readonly monitorUrl?: string;
  /** Where it takes OTLP over HTTP, if it does: below it are `/v1/traces` and `/v1/logs`. */
  readonly otlpUrl?: string;
  /** Changes with every restart. */
  readonly pid: number;
  /** Resolves when it ends without having been asked to, with a sentence that says how; never otherwise. */
  readonly died: Promise<string>;
  /** Ends it, and removes its folder if that was a temporary one. May be called again. */
  stop(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Ends it by `signal` (SIGTERM unless told), then starts it on the same port and data; resolves when it answers. */
  restart(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

export interface ServerOptions {
  /** Data folder, kept. Default: a temporary one, removed at stop. */
  readonly dir?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Address to bind; default 127.0.0.1. */
  readonly bind?: string;
  /** Sync to disk at each write. */
  readonly durable?: boolean;
  /** Default: `server.log` in the data folder. */
  readonly logFile?: string;
  /** Default: everybody is let in, and may do everything. */
  readonly access?: ServerAccess;
  /** Called whenever it has been started, before that counts as done. */
  readonly prepare?: (url: string) => Promise<void>;
  /** The variable that set `port`, for the message when it is taken. */
  readonly portVariable?: string;
}

export interface NatsOptions extends ServerOptions {
  /** HTTP monitoring; default: a free one. */
  readonly monitorPort?: number;
  readonly monitorPortVariable?: string;
}

/** NATS with JetStream. Resolves when it answers. @throws StartFailure saying what is wrong and what to do about it. */
export function startNats(options: NatsOptions = {}): Promise<NativeServer> {
  const { monitorPort, monitorPortVariable = 'monitorPort' } = options;
  return start('nats-server', options, [{ port: monitorPort, variable: monitorPortVariable }], natsLaunch);
}

/** Redis with an append-only file. Resolves when it answers. @throws StartFailure saying what is wrong and the remedy. */
export function startRedis(options: ServerOptions = {}): Promise<NativeServer> {
  return start('redis-server', options, [], redisLaunch);
}

export interface PrometheusOptions extends ServerOptions {
  /** What it scrapes. */
  readonly jobs: readonly ScrapeJob[];
}

/** Prometheus with exemplars. Resolves when it is ready. @throws StartFailure saying what is wrong and the remedy. */
export function startPrometheus(options: PrometheusOptions): Promise<NativeServer> {
  return start('prometheus', options, [], prometheusLaunch(options.jobs));
}

/** Toxiproxy, which stands in the ways that its API is told. Resolves when it answers. @throws StartFailure. */
export function startToxiproxy(options: ServerOptions = {}): Promise<NativeServer> {
  return start('toxiproxy-server', options, [], toxiproxyLaunch);
}

export interface TempoOptions extends ServerOptions {
  /** OTLP over HTTP; default: a free one. */
  readonly otlpPort?: number | undefined;
  readonly prometheusUrl: string;
}

/** Tempo, one process. Resolves when it is ready. @throws StartFailure saying what is wrong and the remedy. */
export function startTempo({ otlpPort, prometheusUrl, ...options }: TempoOptions): Promise<NativeServer> {
  const more = [ANY, { port: otlpPort, variable: 'OTLP_PORT' }];
  return start('tempo', options, more, tempoLaunch(prometheusUrl));
}

/** Loki, one process. Resolves when it is ready. @throws StartFailure saying what is wrong and the remedy. */
export const startLoki = (options: ServerOptions): Promise<NativeServer> => start('loki', options, [ANY], lokiLaunch);

/** Names under which the OpenTelemetry Collector is distributed: what it needs is in each. */
export const COLLECTORS = ['otelcol', 'otelcol-contrib'] as const;

/** A collector that passes on. Resolves when it answers. @throws StartFailure saying what is wrong and the remedy. */
export async function startCollector({ targets, ...options }: ServerOptions & { targets: CollectorTargets }) {
  for (const name of COLLECTORS)
    if (await findProgram(name)) return start(name, options, [ANY], collectorLaunch(targets));
  return missingProgram(COLLECTORS[0]);
}

/** Grafana, its dashboards provisioned. Resolves when it answers. @throws StartFailure saying what is wrong and the remedy. */
export function startGrafana({ dataSources, ...options }: ServerOptions & { dataSources: DataSources }) {
  return start('grafana', options, [], grafanaLaunch(dataSources));
}

export interface LaunchInput {
  readonly program: Program;
  readonly dir: string;
  readonly bind: string;
  readonly ports: readonly number[];
  readonly durable: boolean;
  readonly logFile: string;
  readonly access: ServerAccess | undefined;
}

type Wish = { port: number | undefined; variable: string };
const ANY: Wish = { port: undefined, variable: '' };

async function start(
  name: string,
  options: ServerOptions,
  more: readonly Wish[],
  launchOf: (input: LaunchInput) => Promise<Launch>,
): Promise<NativeServer> {
  const { bind = '127.0.0.1', durable = false, portVariable = 'port', access, prepare } = options;
  const program = (await findProgram(name)) ?? missingProgram(name);
  const { path: dir, remove } = await dataFolder(name, options.dir);
  const release = async () => remove();
  const logFile = options.logFile ?? join(dir, 'server.log');
  const input = (ports: readonly number[]) => ({ program, dir, bind, ports, durable, logFile, access });
  try {
    return await withFreePorts(bind, [{ port: options.port, variable: portVariable }, ...more], async (ports) =>
      startServerProcess({ ...(await launchOf(input(ports))), ...(prepare && { prepare }) }, release),
    );
  } catch (error) {
    await release();
    throw error;
  }
}

/** One that was wished for stays when the server is gone. */
async function dataFolder(name: string, wanted: string | undefined): Promise<TemporaryFolder> {
  try {
    if (!wanted) return await temporaryFolder(name);
    await mkdir(wanted, { recursive: true });
    return { path: wanted, remove: () => undefined };
  } catch (error) {
    throw new StartFailure(
      `${name} cannot use the data folder ${wanted ?? tmpdir()}: ${(error as Error).message}. Make it writable, or set DATA_DIR to another folder.`,
      { cause: error },
    );
  }
}
