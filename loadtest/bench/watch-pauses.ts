import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { childEnvironment } from '#shared/runtime/settings.ts';
import { temporaryFolder } from '#shared/stack/programs/temporary-folder.ts';
import type { Pause, Span } from './explain-slowest.ts';
import { gcRecorder, observeGc, wallClock } from './gc-pauses.ts';
import type { Measured, RunningVariant } from './variants/variant.ts';

/** As our Prometheus does. */
const SCRAPE_EVERY_MS = 5_000;
/** Redis' own names of writes to its append-only file that block it: with an fsync under way, without, and an fsync itself. */
const LOG_EVENTS = ['aof-write-pending-fsync', 'aof-write-alone', 'aof-fsync-always'];

export type PauseWatch = Awaited<ReturnType<typeof watchPauses>>;

/** Known pauses that delay orders: garbage collections, scrapes, writes of Redis' log. NATS reports no such times. */
export async function watchPauses() {
  const folder = await temporaryFolder('bench-gc');
  const pauses: Pause[] = [];
  const driver = observeGc();
  return {
    /** For the node processes of the variant. */
    env: { NODE_OPTIONS: `${childEnvironment({}).NODE_OPTIONS ?? ''} --import ${gcRecorder(folder.path)}` },

    /** Scrapes the services while the task runs, and asks Redis afterwards. */
    async during<T>({ processes, redisUrl }: RunningVariant, task: () => Promise<T>): Promise<T> {
      const redis = new Redis(redisUrl);
      await redis.config('SET', 'latency-monitor-threshold', 1);
      const targets = processes.filter(({ metricsUrl }) => metricsUrl);
      let scrapes = 0;
      // Prometheus does not scrape all at once either.
      const timer = setInterval(() => {
        const target = targets[scrapes++ % targets.length];
        if (target) void scrape(target).then((pause) => pauses.push(...pause));
      }, SCRAPE_EVERY_MS / Math.max(1, targets.length));
      try {
        const result = await task();
        for (const event of LOG_EVENTS)
          pauses.push(...logPauses(event, (await redis.call('LATENCY', 'HISTORY', event)) as [number, number][]));
        return result;
      } finally {
        clearInterval(timer);
        redis.disconnect();
      }
    },

    /** Call it when the processes have ended: they write their garbage collections then. */
    async read(processes: readonly Measured[]): Promise<Pause[]> {
      const collected = (name: string, spans: readonly Span[]) =>
        spans.map((span) => ({ ...span, cause: `GC in ${name}` }));
      const written = await Promise.all(
        processes.map(async ({ name, pid }) => {
          // NATS and Redis write none, nor does a process that was killed.
          const text = await readFile(join(folder.path, `${pid}.json`), 'utf8').catch(() => '[]');
          return collected(name, JSON.parse(text));
        }),
      );
      return [...pauses, ...collected('driver', driver), ...written.flat()];
    },

    [Symbol.dispose]: folder.remove,
  };
}

async function scrape({ name, metricsUrl = '' }: Measured): Promise<Pause[]> {
  const from = wallClock();
  try {
    await (await fetch(metricsUrl)).text();
    return [{ cause: `scrape of ${name}`, from, to: wallClock() }];
  } catch {
    return [];
  }
}

/** Redis reports the longest of each second: [unix time in s, ms]. */
export const logPauses = (event: string, history: readonly (readonly [number, number])[]): Pause[] =>
  history.map(([second, ms]) => ({ cause: `Redis ${event}`, from: second * 1_000 - ms, to: (second + 1) * 1_000, ms }));
