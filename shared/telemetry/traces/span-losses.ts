import type { SpanLoss } from '../metrics/metric-labels.ts';

/** What one line of log says. */
export interface LostSpans {
  readonly spans: number;
  readonly reason: SpanLoss;
  /** Of the last loss. */
  readonly error: string | undefined;
}

export interface SpanLossesOptions {
  readonly log: (lost: LostSpans) => void;
  /** A reason is logged at most this often, ms. */
  readonly everyMs?: number;
}

export interface SpanLosses {
  /** Since the start of the process; changes as spans are lost. */
  readonly totals: Readonly<Record<SpanLoss, number>>;
  add(spans: number, reason: SpanLoss, error?: Error): void;
  /** Logs at once what is not logged yet. */
  flush(): void;
}

/** Counts lost spans for the metric, and logs them together: thousands are lost within a second. */
export function createSpanLosses({ log, everyMs = 5_000 }: SpanLossesOptions): SpanLosses {
  const totals: Record<SpanLoss, number> = { 'queue-full': 0, 'export-failed': 0 };
  const unlogged = new Map<SpanLoss, LostSpans>();
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    for (const lost of unlogged.values()) log(lost);
    unlogged.clear();
  }

  return {
    totals,
    add(spans, reason, error) {
      totals[reason] += spans;
      unlogged.set(reason, { spans: (unlogged.get(reason)?.spans ?? 0) + spans, reason, error: error?.message });
      timer ??= setTimeout(flush, everyMs).unref();
    },
    flush,
  };
}
