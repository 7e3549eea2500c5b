import { Command, Redis, type RedisOptions } from 'ioredis';
import type { Script } from './scripts.ts';
import { storeFault } from './store-fault.ts';

export type Argument = string | number;

export interface RedisConnection {
  /**
   * Runs a script once. It is never repeated when its outcome is unknown: that is for the caller to judge.
   * @throws Unavailable('store'), also when the answer takes too long
   */
  run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown>;
  /** The server's run id, another one after each of its starts. @throws Unavailable('store') */
  runId(): Promise<string>;
  close(): Promise<void>;
}

/** Reconnects for ever; while it is away every call fails at once. */
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
  }) satisfies RedisOptions;

/** Connects in the background; the first call waits for that, within the command timeout. */
export function connectRedis(url: string, commandTimeoutMs: number): RedisConnection {
  const redis = new Redis(url, optionsOf(commandTimeoutMs));
  let lastError: unknown;
  let identified: Promise<string> | undefined;
  // Every failed call names it as its cause; without a listener it would end the process.
  redis.on('error', (error) => {
    lastError = error;
  });
  redis.on('ready', () => {
    lastError = undefined;
  });
  redis.on('close', () => {
    identified = undefined;
  });
  const opened = new Promise<void>((resolve) => {
    const deadline = setTimeout(resolve, commandTimeoutMs);
    const proceed = (): void => {
      clearTimeout(deadline);
      resolve();
    };
    redis.once('ready', proceed);
    redis.once('close', proceed);
  });

  /** One flat list of arguments: a batch has thousands, which spreading them would copy again and again. */
  const evaluate = (name: 'EVALSHA' | 'EVAL', args: Argument[]): Promise<unknown> =>
    redis.sendCommand(new Command(name, args, { replyEncoding: 'utf8' })) as Promise<unknown>;

  async function send({ sha, text }: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    const flat = [sha, keys.length, ...keys, ...args];
    try {
      return await evaluate('EVALSHA', flat);
    } catch (error) {
      // Says that nothing ran: a restarted or flushed server has no scripts.
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      flat[0] = text;
      return await evaluate('EVAL', flat);
    }
  }

  async function orUnavailable<T>(ask: () => Promise<T>): Promise<T> {
    await opened;
    try {
      return await ask();
    } catch (error) {
      throw storeFault(redis.status === 'ready' ? error : (lastError ?? error));
    }
  }

  return {
    runId() {
      identified ??= orUnavailable(async () => runIdIn(String(await redis.info('server')))).catch((error) => {
        identified = undefined;
        throw error;
      });
      return identified;
    },
    run: (script, keys, args) => orUnavailable(() => send(script, keys, args)),
    async close() {
      // A server that does not answer keeps nobody waiting for longer than one command.
      await redis.quit().catch(() => undefined);
      redis.disconnect();
    },
  };
}

const runIdIn = (info: string): string => /^run_id:(\S+)/m.exec(info)?.[1] ?? 'unknown';
