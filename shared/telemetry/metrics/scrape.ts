import { askAgainIn, IN_THE_BACKGROUND } from '#shared/messaging/ask-again.ts';
import type { SCRAPE_SOURCES } from './metric-labels.ts';

/** Metrics whose truth is elsewhere. */
export interface Reading {
  readonly source: (typeof SCRAPE_SOURCES)[number];
  /** Asks, in one snapshot; resolves with what shows the answer on cleared meters, synchronously. */
  readonly read: () => Promise<() => void>;
  /** Removes every series of it: unknown is neither 0 nor what it was. */
  readonly clear: () => void;
}

export interface ScrapeOptions {
  readonly readings: readonly Reading[];
  /** The exposition of everything that is shown. */
  readonly render: () => Promise<string>;
  /** A source failed, or did not answer in time. */
  readonly onError: (source: Reading['source']) => void;
  readonly withinMs?: number;
  /** A reading is used for so long; longer, up to `keepAtMostMs`, where it took its source long to answer. */
  readonly keepMs?: number;
  /** After that a source that answers no more is seen by its absence, however slow it was before. */
  readonly keepAtMostMs?: number;
  /** Ms on a clock that nobody sets. */
  readonly now?: () => number;
}

/**
 * The answer to a scrape: everything read anew, each source bounded in time, and none able to spoil the whole. Scrapes at
 * the same time share one answer, so that no series changes while another is being written.
 */
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

async function within<T>(ms: number, asked: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
