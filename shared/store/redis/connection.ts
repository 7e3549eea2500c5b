import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Redis, type RedisOptions } from 'ioredis';
import { Unavailable } from '#shared/messaging/faults.ts';

export type Argument = string | number;

const SCRIPTS = ['load', 'commit', 'claim-due', 'oldest', 'counters', 'stock', 'epoch'] as const;
export type ScriptName = (typeof SCRIPTS)[number];

export interface RedisConnection {
  /** Runs a script once, even if its outcome is unknown. @throws Unavailable('store'), also when the answer takes too long */
  run(script: ScriptName, keys: readonly string[], args: readonly Argument[]): Promise<unknown>;
  /** The server's run id, another one after each of its starts. @throws Unavailable('store') */
  runId(): Promise<string>;
  close(): Promise<void>;
}

/** How ioredis calls a script; the keys and the arguments may be lists. */
type Script = (keyCount: number, keys: readonly string[], args: readonly Argument[]) => Promise<unknown>;

/** Reconnects for ever; while the server is away every call fails at once. */
const optionsOf = (commandTimeoutMs: number) =>
  ({
    commandTimeout: commandTimeoutMs,
    connectTimeout: commandTimeoutMs,
    enableOfflineQueue: false,
    // Servers before 7.2 do not know the command, and a store's user need not be allowed it.
    disableClientInfo: true,
    // Both: a call whose connection breaks fails at once, and none is sent a second time.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    maxLoadingRetryTime: 1_000,
    retryStrategy: (attempt: number) => Math.min(1_000, 25 * 2 ** Math.min(attempt, 6)) * (0.5 + Math.random() / 2),
    scripts: Object.fromEntries(Object.entries(readScripts()).map(([name, lua]) => [name, { lua }])),
  }) satisfies RedisOptions;

/** Connects in the background; the first call waits for that, within the command timeout. */
export function connectRedis(url: string, commandTimeoutMs: number): RedisConnection {
  const redis = new Redis(url, optionsOf(commandTimeoutMs));
  const scripts = redis as unknown as Readonly<Record<ScriptName, Script>>;
  let lastError: unknown;
  let runId: string | undefined;
  // Every failed call names it as its cause; without a listener it would end the process.
  redis.on('error', (error) => {
    lastError = error;
  });
  redis.on('ready', () => {
    lastError = undefined;
  });
  redis.on('close', () => {
    runId = undefined;
  });
  const signal = AbortSignal.timeout(commandTimeoutMs);
  /** Connected, or failed to. */
  const opened = Promise.race(['ready', 'close', 'end'].map((event) => once(redis, event, { signal }))).catch(
    () => undefined,
  );

  async function orUnavailable<T>(ask: () => Promise<T>): Promise<T> {
    await opened;
    try {
      return await ask();
    } catch (error) {
      throw storeFault(redis.status === 'ready' ? error : (lastError ?? error));
    }
  }

  return {
    async runId() {
      runId ??= /^run_id:(\S+)/m.exec(await orUnavailable(() => redis.info('server')))?.[1] ?? 'unknown';
      return runId;
    },
    run: (script, keys, args) => orUnavailable(() => scripts[script](keys.length, keys, args)),
    async close() {
      // A server that does not answer keeps nobody waiting for longer than one command.
      await redis.quit().catch(() => undefined);
      redis.disconnect();
    },
  };
}

export const storeFault = (cause: unknown): Unavailable => new Unavailable('store', { cause });

/** The store's scripts, from beside this file; all but `epoch` begin with the prelude. */
export function readScripts(): Record<ScriptName, string> {
  const read = (name: string): string => readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');
  const textOf = (name: ScriptName): string => (name === 'epoch' ? read(name) : read('prelude') + read(name));
  return Object.fromEntries(SCRIPTS.map((name) => [name, textOf(name)])) as Record<ScriptName, string>;
}
