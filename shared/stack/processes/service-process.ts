import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { hostAndPort } from '#shared/messaging/server-url.ts';
import { hasTelemetryEndpoint } from '#shared/telemetry/environment.ts';
import { answersWith } from './ask.ts';
import { dataDir } from './data-dir.ts';
import { type GuardedProcess, spawnGuarded } from './guarded-process.ts';
import { StartFailure } from './start-failure.ts';
import { type Supervised, supervise } from './supervise.ts';

export interface ServiceProcess extends Supervised {
  readonly name: string;
  /** From 1. */
  readonly replica: number;
  /** Where `/live`, `/ready` and `/metrics` are. */
  readonly adminUrl: string;
  /** Where it takes requests; undefined when it has no HTTP edge. */
  readonly url: string | undefined;
}

export interface ServiceLaunch {
  readonly name: string;
  readonly replica: number;
  /** The file that node runs, with the name as its argument. */
  readonly main: string;
  readonly bind: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  readonly onDeath: (sentence: string) => void;
}

/** Long: after a loss of Redis' data a service is ready only when it has read the stream again. */
const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 12_000;
const LAST_LINES = 5;
/** MB; the default is 16. What an order leaves lives as long as the order: loadtest/bench/README.md has the figures. */
export const NODE_ARGS = ['--max-semi-space-size=32'];

/** Starts one replica; call `ready` on it to wait. @throws StartFailure when node cannot run it at all. */
export async function startServiceProcess(launch: ServiceLaunch): Promise<ServiceProcess> {
  const { name, replica, bind } = launch;
  let lastLines: string[] = [];
  let ports: { readonly adminPort: number; readonly port?: number } | undefined;
  const onLine = (line: string) => {
    lastLines = [...lastLines.slice(1 - LAST_LINES), line];
    if (line.includes('"msg":"ready"')) ports = JSON.parse(line) as typeof ports;
    launch.onLine(line);
  };
  const urlOf = (port: number | undefined) => (port ? `http://${hostAndPort(bind, port)}` : undefined);
  const sentence = (what: string) => [`${name} ${what}. Its last lines:`, ...lastLines].join('\n  ');
  const supervised = await supervise({
    spawn: () => {
      [lastLines, ports] = [[], undefined];
      return spawnService(launch, onLine);
    },
    isReady: async () => ports !== undefined && answersWith(`${urlOf(ports.adminPort)}/ready`),
    readyWithinMs: READY_WITHIN_MS,
    stopWithinMs: STOP_WITHIN_MS,
    failure: (what) => new StartFailure(sentence(what)),
    onDeath: (what) => launch.onDeath(sentence(what)),
  });
  const { ready, signal, stop, restart } = supervised;
  return {
    name,
    replica,
    get pid() {
      return supervised.pid;
    },
    get adminUrl() {
      return urlOf(ports?.adminPort) ?? '';
    },
    get url() {
      return urlOf(ports?.port);
    },
    ready,
    signal,
    stop,
    restart,
  };
}

async function spawnService(
  { name, main, env }: ServiceLaunch,
  onLine: (line: string) => void,
): Promise<GuardedProcess> {
  const args = [...NODE_ARGS, ...preload(env), main, name];
  // Compiling what it imports takes longer than all the rest of a start.
  const cache = { NODE_COMPILE_CACHE: join(dataDir(), 'compile-cache') };
  const child = await spawnGuarded({ file: process.execPath, args, env: { ...cache, ...env }, output: 'pipe' });
  const read = Promise.all([child.stdout, child.stderr].map((stream) => readLines(stream, onLine)));
  // It has ended once its last line has been read.
  return { ...child, exited: read.then(() => child.exited) };
}

/** OpenTelemetry is loaded first, and only where what it sees has somewhere to go. */
const preload = (env: ServiceLaunch['env']): string[] =>
  hasTelemetryEndpoint(env) ? ['--import', import.meta.resolve('#shared/telemetry/preload.ts')] : [];

async function readLines(stream: Readable | undefined, onLine: (line: string) => void): Promise<void> {
  if (stream) for await (const line of createInterface({ input: stream })) onLine(line);
}
