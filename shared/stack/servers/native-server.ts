import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withFreePorts } from '../processes/free-ports.ts';
import type { Launch, LaunchInput, ServerAccess } from '../processes/launch.ts';
import { startServerProcess } from '../processes/server-process.ts';
import { StartFailure } from '../processes/start-failure.ts';
import { findProgram, missingProgram } from '../programs/programs.ts';
import { type TemporaryFolder, temporaryFolder } from '../programs/temporary-folder.ts';
import { type CollectorTargets, collectorLaunch } from './collector-launch.ts';
import { type DataSources, grafanaLaunch } from './grafana-launch.ts';
import { lokiLaunch } from './loki-launch.ts';
import { natsLaunch } from './nats-launch.ts';
import type { ScrapeJob } from './prometheus-config.ts';
import { prometheusLaunch } from './prometheus-launch.ts';
import { redisLaunch } from './redis-launch.ts';
import type { NativeServer } from './running-server.ts';
import { tempoLaunch } from './tempo-launch.ts';
import { toxiproxyLaunch } from './toxiproxy-launch.ts';

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
