import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { maskUrl } from '#shared/messaging/server-url.ts';
import type { NativeServer } from '../servers/running-server.ts';
import { AddressInUse } from './free-ports.ts';
import { type Exit, type GuardedProcess, spawnGuarded } from './guarded-process.ts';
import type { Launch } from './launch.ts';
import { StartFailure } from './start-failure.ts';

const START_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 10_000;
const ASK_EVERY_MS = 20;

/** Runs a server until stop; `release` is called once it has stopped. @throws AddressInUse, StartFailure. */
export async function startServerProcess(launch: Launch, release: () => Promise<void>): Promise<NativeServer> {
  const died = Promise.withResolvers<string>();
  let child: GuardedProcess;
  let expected = false;
  const run = async () => {
    const started = await launchUntilItAnswers(launch);
    child = started;
    expected = false;
    void started.exited.then((exit) => {
      if (!expected) died.resolve(`${launch.name} ${ending(exit)}; see ${launch.logFile}`);
    });
  };
  await run();
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    expected = true;
    if (signal === 'SIGKILL') child.signal('SIGKILL');
    await child.stop(STOP_WITHIN_MS);
  };
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= end('SIGTERM').then(release);
    return stopping;
  };
  return {
    name: launch.name,
    url: launch.url,
    ...(launch.monitorUrl && { monitorUrl: launch.monitorUrl }),
    ...(launch.otlpUrl && { otlpUrl: launch.otlpUrl }),
    get pid() {
      return child.pid;
    },
    died: died.promise,
    stop,
    signal: (signal) => child.signal(signal),
    restart: async (signal = 'SIGTERM') => {
      await end(signal);
      await run();
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** `exited with code 1`, `was ended by SIGKILL` */
export const ending = ({ code, signal }: Exit): string =>
  signal ? `was ended by ${signal}` : `exited with code ${code}`;

async function launchUntilItAnswers(launch: Launch): Promise<GuardedProcess> {
  const child = await spawnLogged(launch);
  let exit: Exit | undefined;
  void child.exited.then((value) => {
    exit = value;
  });
  const { startWithinMs = START_WITHIN_MS } = launch;
  const deadline = Date.now() + startWithinMs;
  while (!(await launch.answers(child.pid))) {
    if (exit) throw await failure(launch, ending(exit));
    if (Date.now() > deadline) {
      await child.stop(STOP_WITHIN_MS);
      throw await failure(launch, `did not answer on ${maskUrl(launch.url)} within ${startWithinMs / 1000} s`);
    }
    await delay(ASK_EVERY_MS);
  }
  await prepared(launch, child);
  return child;
}

async function prepared({ url, prepare }: Launch, child: GuardedProcess): Promise<void> {
  try {
    await prepare?.(url);
  } catch (error) {
    await child.stop(STOP_WITHIN_MS);
    throw error;
  }
}

async function spawnLogged(launch: Launch): Promise<GuardedProcess> {
  await mkdir(dirname(launch.logFile), { recursive: true });
  const log = openSync(launch.logFile, 'a');
  try {
    return await spawnGuarded({ ...launch, output: log });
  } finally {
    closeSync(log);
  }
}

async function failure({ name, logFile }: Launch, what: string): Promise<Error> {
  const log = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-5).join('\n');
  if (/address already in use/i.test(log)) return new AddressInUse(`${name} ${what}: ${log}`);
  return new StartFailure(`${name} ${what}. The end of its log ${logFile}:\n${log}`);
}
