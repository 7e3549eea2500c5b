import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { hasTelemetryEndpoint } from '#shared/telemetry/environment.ts';
import { dataDir } from '../programs/programs.ts';
import { type Exit, type GuardedProcess, spawnGuarded } from './guarded-process.ts';
import { ending } from './server-process.ts';
import { StartFailure } from './start-failure.ts';

/** One replica of a service as a child process. */
export interface ServiceProcess {
  readonly name: string;
  /** From 1. */
  readonly replica: number;
  /** Changes with every restart. */
  readonly pid: number;
  /** Where `/live`, `/ready` and `/metrics` are. */
  readonly adminUrl: string;
  /** Where it takes requests; undefined when it has no HTTP edge. */
  readonly url: string | undefined;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM lets it drain; SIGKILL follows when it takes too long. May be called again. */
  stop(): Promise<void>;
  /** Ends it by `signal` (SIGTERM unless told), starts it again; resolves when it is ready. */
  restart(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

export interface ServiceLaunch {
  readonly name: string;
  readonly replica: number;
  /** The file that node runs. */
  readonly main: string;
  readonly bind: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  /** It ended without having been asked to. */
  readonly onDeath: (sentence: string) => void;
}

/** Long: on kept data that lost a wiped Redis a service is ready only when it has read the stream again. One that fails exits, and is told at once. */
const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 12_000;
const ASK_EVERY_MS = 25;
const LAST_LINES = 5;
/** MB; the default is 16. What an order leaves lives as long as the order: loadtest/bench/README.md has the figures. */
export const NODE_ARGS = ['--max-semi-space-size=32'];

interface Run {
  readonly child: GuardedProcess;
  readonly lastLines: string[];
  /** Set by the line `ready`. */
  ports?: { adminPort: number; port?: number };
  exit?: Exit;
  /** Its end was asked for. */
  expected: boolean;
}

/** Starts one replica; call `ready` on it to wait. @throws StartFailure when node cannot run it at all. */
export async function startServiceProcess(launch: ServiceLaunch): Promise<ServiceProcess & { ready(): Promise<void> }> {
  let run = await spawnService(launch);
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    run.expected = true;
    if (signal === 'SIGKILL') run.child.signal('SIGKILL');
    await run.child.stop(STOP_WITHIN_MS);
  };
  const urlOf = (port: number | undefined) => (port ? `http://${launch.bind}:${port}` : undefined);
  return {
    name: launch.name,
    replica: launch.replica,
    get pid() {
      return run.child.pid;
    },
    get adminUrl() {
      return urlOf(run.ports?.adminPort) ?? '';
    },
    get url() {
      return urlOf(run.ports?.port);
    },
    ready: () => untilReady(launch, run),
    signal: (signal) => run.child.signal(signal),
    stop: () => end('SIGTERM'),
    restart: async (signal = 'SIGTERM') => {
      await end(signal);
      run = await spawnService(launch);
      await untilReady(launch, run);
    },
  };
}

async function spawnService(launch: ServiceLaunch): Promise<Run> {
  const args = [...NODE_ARGS, ...preload(launch.env), launch.main];
  // Compiling what it imports takes longer than all the rest of a start.
  const env = { NODE_COMPILE_CACHE: join(dataDir(), 'compile-cache'), ...launch.env };
  const child = await spawnGuarded({ file: process.execPath, args, env, output: 'pipe' });
  const run: Run = { child, lastLines: [], expected: false };
  const onLine = (line: string) => {
    run.lastLines.push(line);
    if (run.lastLines.length > LAST_LINES) run.lastLines.shift();
    const ports = readyPorts(line);
    if (ports) run.ports = ports;
    launch.onLine(line);
  };
  const read = Promise.all([child.stdout, child.stderr].map((stream) => readLines(stream, onLine)));
  void child.exited.then(async (exit) => {
    await read;
    const wasReady = run.ports !== undefined;
    run.exit = exit;
    if (!run.expected && wasReady) launch.onDeath(describeEnd(launch, run));
  });
  return run;
}

/** OpenTelemetry is loaded first, and only where what it sees has somewhere to go. */
const preload = (env: ServiceLaunch['env']): string[] =>
  hasTelemetryEndpoint(env) ? ['--import', import.meta.resolve('#shared/telemetry/preload.ts')] : [];

async function readLines(stream: Readable | undefined, onLine: (line: string) => void): Promise<void> {
  if (stream) for await (const line of createInterface({ input: stream })) onLine(line);
}

function readyPorts(line: string): Run['ports'] {
  if (!line.includes('"msg":"ready"')) return undefined;
  return JSON.parse(line) as Run['ports'];
}

const describeEnd = ({ name }: ServiceLaunch, { exit, lastLines }: Run): string =>
  [`${name} ${exit ? ending(exit) : 'is not ready'}. Its last lines:`, ...lastLines].join('\n  ');

async function untilReady(launch: ServiceLaunch, run: Run): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(run.ports && (await isReady(`http://${launch.bind}:${run.ports.adminPort}/ready`)))) {
    if (run.exit) throw new StartFailure(describeEnd(launch, run));
    if (Date.now() > deadline) throw new StartFailure(describeEnd(launch, run));
    await delay(ASK_EVERY_MS);
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const { ok } = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    return ok;
  } catch {
    // Not listening yet, or busy: asked again until the deadline.
    return false;
  }
}
