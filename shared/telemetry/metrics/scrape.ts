import { setTimeout as delay } from 'node:timers/promises';
import { askAgainIn, IN_THE_BACKGROUND } from '#shared/messaging/broker-inspector.ts';
import type { SCRAPE_SOURCES } from './metric-labels.ts';

/** Metrics that are kept elsewhere. */
export interface Reading {
  readonly source: (typeof SCRAPE_SOURCES)[number];
  /** Takes one snapshot; resolves with a synchronous function that shows it on cleared meters. */
  readonly read: () => Promise<() => void>;
  /** Removes every series of it: unknown is neither 0 nor what it was. */
  readonly clear: () => void;
}

export interface ScrapeOptions {
  readonly readings: readonly Reading[];
  readonly render: () => Promise<string>;
  /** A source failed, or did not answer in time. */
  readonly onError: (source: Reading['source']) => void;
  readonly withinMs?: number;
  /** A reading is reused for so long, and for longer, up to `keepAtMostMs`, when its source was slow to answer. */
  readonly keepMs?: number;
  readonly keepAtMostMs?: number;
  /** Ms on a monotonic clock. */
  readonly now?: () => number;
}

/** Reads every source anew, each bounded in time; a failed one does not fail the whole. Concurrent scrapes share one answer. */
export function createScrape({
  readings,
  render,
  onError,
  withinMs = 1_000,
  keepMs = 500,
  keepAtMostMs = 10_000,
  now = () => performance.now(),
}: ScrapeOptions): () => Promise<string> {
  const keptUntil = new Map<Reading, number>();
  let underWay: Promise<string> | undefined;

  async function refresh(reading: Reading): Promise<void> {
    const asked = now();
    if (asked < (keptUntil.get(reading) ?? asked)) return;
    try {
      const show = await within(withinMs, reading.read());
      reading.clear();
      show();
      const asksAgainIn = askAgainIn(now() - asked, keepMs, IN_THE_BACKGROUND);
      keptUntil.set(reading, now() + Math.min(asksAgainIn, keepAtMostMs));
    } catch {
      // Counted, and visible as absence; the health of a dependency is logged where it is used.
      reading.clear();
      onError(reading.source);
    }
  }

  async function scrape(): Promise<string> {
    try {
      await Promise.all(readings.map(refresh));
      return await render();
    } finally {
      underWay = undefined;
    }
  }

  return () => {
    underWay ??= scrape();
    return underWay;
  };
}

const within = <T>(ms: number, asked: Promise<T>): Promise<T> =>
  Promise.race([
    asked,
    delay(ms, undefined, { ref: false }).then(() => {
      throw new Error(`no answer within ${ms} ms`);
    }),
  ]);
