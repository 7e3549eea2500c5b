import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { childEnvironment } from '#shared/runtime/settings.ts';
import { temporaryFolder } from '#shared/stack/programs/temporary-folder.ts';
import type { Pause, Span } from './explain-slowest.ts';
import { observeGc, wallClock } from './observe-gc.ts';
import type { Measured, RunningVariant } from './variant.ts';

/** As our Prometheus does. */
const SCRAPE_EVERY_MS = 5_000;
/** Redis' own names of a write to its append-only file that its one thread waited for: with an fsync under way, without, and an fsync itself. */
const LOG_EVENTS = ['aof-write-pending-fsync', 'aof-write-alone', 'aof-fsync-always'];

/** What holds up orders, as far as its times can be told: garbage collections, scrapes, writes of Redis' log. NATS tells no such times. */
export async function watchPauses() {
  const folder = await temporaryFolder('bench-gc');
  const pauses: Pause[] = [];
  const driver = observeGc();
  const preload = new URL(`record-gc.ts?folder=${encodeURIComponent(folder.path)}`, import.meta.url);
  return {
    /** For the node processes of the variant. */
    env: { NODE_OPTIONS: `${childEnvironment({}).NODE_OPTIONS ?? ''} --import ${preload}` },

    /** Scrapes the services while the task runs, and asks Redis afterwards. */
    async during<T>({ processes, redisUrl }: RunningVariant, task: () => Promise<T>): Promise<T> {
      const redis = new Redis(redisUrl);
      await redis.config('SET', 'latency-monitor-threshold', 1);
      const targets = processes.flatMap(({ name, metricsUrl }) => (metricsUrl ? [{ name, metricsUrl }] : []));
      let scrapes = 0;
      // Prometheus does not scrape all at once either.
      const timer = setInterval(() => {
        const target = targets[scrapes++ % targets.length];
        if (target) void scraped(target.name, target.metricsUrl).then((pause) => pause && pauses.push(pause));
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

    /** Once the processes have ended: they tell of their garbage collections then. */
    async read(processes: readonly Measured[]): Promise<Pause[]> {
      const collected = (name: string, spans: readonly Span[]) =>
        spans.map((span) => ({ ...span, cause: `GC in ${name}` }));
      const told = await Promise.all(
        processes.map(async ({ name, pid }) => {
          // NATS and Redis write none, nor does a process that was killed.
          const text = await readFile(join(folder.path, `${pid}.json`), 'utf8').catch(() => '[]');
          return collected(name, JSON.parse(text));
        }),
      );
      return [...pauses, ...collected('driver', driver), ...told.flat()];
    },

    [Symbol.dispose]: folder.remove,
  };
}

/** One that cannot be scraped has no such pause; that a process ended is told elsewhere. */
async function scraped(name: string, metricsUrl: string): Promise<Pause | undefined> {
  const from = wallClock();
  const body = await fetch(metricsUrl).then(
    (response) => response.text(),
    () => undefined,
  );
  return body === undefined ? undefined : { cause: `scrape of ${name}`, from, to: wallClock() };
}

/** Redis tells the longest of each second: [unix time in s, ms]. */
export const logPauses = (event: string, history: readonly (readonly [number, number])[]): Pause[] =>
  history.map(([second, ms]) => ({ cause: `Redis ${event}`, from: second * 1_000 - ms, to: (second + 1) * 1_000, ms }));
