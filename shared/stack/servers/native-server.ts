import { randomUUID } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Unavailable } from '#shared/messaging/faults.ts';
import { hostAndPort, withUser } from '#shared/messaging/server-url.ts';
import { AddressInUse, withFreePorts } from '../processes/free-ports.ts';
import { type GuardedCommand, type GuardedProcess, spawnGuarded } from '../processes/guarded-process.ts';
import { StartFailure } from '../processes/start-failure.ts';
import { supervise } from '../processes/supervise.ts';
import { obtainProgram, type Program } from '../programs/programs.ts';
import { type TemporaryFolder, temporaryFolder } from '../programs/temporary-folder.ts';
import { dynalite, dynaliteLaunch } from './dynalite-launch.ts';
import {
  type LaunchOf,
  natsLaunch,
  prometheusLaunch,
  redisLaunch,
  restateLaunch,
  type ServerAccess,
  toxiproxyLaunch,
} from './launches.ts';
import { postgresLaunch } from './postgres-launch.ts';
import type { ScrapeJob } from './prometheus-config.ts';
import type { NativeServer } from './running-server.ts';

export interface ServerOptions {
  /** Data folder, kept. Default: a temporary one, removed at stop. */
  readonly dir?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** The variable that set `port`, for the message when it is taken. */
  readonly portVariable?: string;
  /** Address to bind; default 127.0.0.1. */
  readonly bind?: string;
  /** Sync to disk at each write. */
  readonly durable?: boolean;
  /** Default: everybody is let in, and may do everything. */
  readonly access?: ServerAccess;
  /** Called whenever it has been started, before that counts as done. */
  readonly prepare?: (url: string) => Promise<void>;
}

export interface NatsOptions extends ServerOptions {
  /** HTTP monitoring; default: a free one. */
  readonly monitorPort?: number;
}

/** Each obtains its program where it is missing, and resolves when the server answers. @throws StartFailure: what is wrong and what to do. */
export async function startNats(options: NatsOptions = {}): Promise<NativeServer> {
  const monitor = { port: options.monitorPort, variable: 'NATS_MONITOR_PORT' };
  return start('nats-server', options, natsLaunch, [monitor]);
}

export const startRedis = (options: ServerOptions = {}): Promise<NativeServer> =>
  start('redis-server', options, redisLaunch);

/** Its URL names the superuser, which is always there, and a database that is yet to be made. */
export function startPostgres(options: ServerOptions = {}): Promise<NativeServer> {
  const access = { users: '', as: { user: 'operator', password: randomUUID() } };
  return start('postgres', { access, ...options }, postgresLaunch({ keepsData: options.dir !== undefined }));
}

export const startDynalite = (options: ServerOptions = {}): Promise<NativeServer> =>
  start(dynalite, options, dynaliteLaunch);

export interface RestateOptions extends ServerOptions {
  /** HTTP administration; default: a free one. */
  readonly adminPort?: number;
}

/** Its URL is the ingress, its `monitorUrl` the administration. */
export function startRestate(options: RestateOptions = {}): Promise<NativeServer> {
  const admin = { port: options.adminPort, variable: 'RESTATE_ADMIN_PORT' };
  return start('restate-server', options, restateLaunch, [admin, { port: undefined, variable: 'port' }]);
}

/** The variables by which a service finds it. */
export const restateEnv = ({ url, monitorUrl = '' }: NativeServer): Record<string, string> => ({
  RESTATE_PORT: new URL(url).port,
  RESTATE_ADMIN_PORT: new URL(monitorUrl).port,
});

export const startPrometheus = ({
  jobs,
  ...options
}: ServerOptions & { readonly jobs: readonly ScrapeJob[] }): Promise<NativeServer> =>
  start('prometheus', options, prometheusLaunch(jobs));

export const startToxiproxy = (options: ServerOptions = {}): Promise<NativeServer> =>
  start('toxiproxy-server', options, toxiproxyLaunch);

const START_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 10_000;
const LOG_TAIL = 5;

async function start(
  wanted: string | Program,
  options: ServerOptions,
  launchOf: LaunchOf,
  more: readonly { port: number | undefined; variable: string }[] = [],
): Promise<NativeServer> {
  const program = typeof wanted === 'string' ? await obtainProgram(wanted) : wanted;
  const folder = await dataFolder(program.name, options.dir);
  const wishes = [{ port: options.port, variable: options.portVariable ?? 'port' }, ...more];
  try {
    return await withFreePorts(options.bind ?? LOOPBACK, wishes, (ports) =>
      startOn(ports, program, folder, options, launchOf),
    );
  } catch (error) {
    folder.remove();
    throw error;
  }
}

const LOOPBACK = '127.0.0.1';

async function startOn(
  ports: readonly number[],
  program: Program,
  { path: dir, remove }: TemporaryFolder,
  { bind = LOOPBACK, durable = false, access, prepare }: ServerOptions,
  launchOf: LaunchOf,
): Promise<NativeServer> {
  const { name, path: file, env } = program;
  const launch = await launchOf({ program, dir, bind, ports, durable, access });
  const { protocol, answers, path = '', args, user, stopSignal } = launch;
  const command = { file, args, env, ...(user && { user }), ...(stopSignal && { stopSignal }) };
  const [port, monitorPort] = ports;
  const bare = `${protocol}://${hostAndPort(bind, port)}${path}`;
  const url = access ? withUser(bare, access.as.user, access.as.password) : bare;
  const logFile = join(dir, 'server.log');
  const died = Promise.withResolvers<string>();
  const server = await supervise({
    spawn: () => spawnLogged(command, logFile),
    isReady: answers,
    readyWithinMs: START_WITHIN_MS,
    stopWithinMs: STOP_WITHIN_MS,
    prepare: async () => prepare?.(url).catch(rethrowAsFailure),
    failure: (what) => failure(`${name} (${bare}) ${what}`, logFile),
    onDeath: (what) => died.resolve(`${name} ${what}; see ${logFile}`),
  });
  await server.ready();
  const stop = () => server.stop().then(remove);
  return {
    name,
    url,
    ...(monitorPort && { monitorUrl: `http://${hostAndPort(bind, monitorPort)}` }),
    get pid() {
      return server.pid;
    },
    died: died.promise,
    stop,
    signal: server.signal,
    restart: server.restart,
    [Symbol.asyncDispose]: stop,
  };
}

/** A server that answers, and refuses what it is told: the cause says why, and the remedy. */
function rethrowAsFailure(error: unknown): never {
  if (error instanceof Unavailable && error.cause instanceof Error)
    throw new StartFailure(error.cause.message, { cause: error });
  throw error;
}

async function spawnLogged(command: Omit<GuardedCommand, 'output'>, logFile: string): Promise<GuardedProcess> {
  const output = openSync(logFile, 'a');
  try {
    return await spawnGuarded({ ...command, output });
  } finally {
    closeSync(output);
  }
}

async function failure(what: string, logFile: string): Promise<Error> {
  const log = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-LOG_TAIL).join('\n');
  if (/address already in use/i.test(log)) return new AddressInUse(`${what}: ${log}`);
  return new StartFailure(`${what}. The end of its log ${logFile}:\n${log}`);
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
