import type { SpanLoss } from '../metrics/metric-labels.ts';

export interface LostSpans {
  readonly spans: number;
  readonly reason: SpanLoss;
  /** Of the last loss. */
  readonly error: string | undefined;
}

/** Counts lost spans for the metric, and logs them together, at most so often a reason: thousands are lost within a second. */
export function createSpanLosses(log: (lost: LostSpans) => void, everyMs = 5_000) {
  /** Since the start of the process. */
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
    add(spans: number, reason: SpanLoss, error?: Error): void {
      totals[reason] += spans;
      unlogged.set(reason, { spans: (unlogged.get(reason)?.spans ?? 0) + spans, reason, error: error?.message });
      timer ??= setTimeout(flush, everyMs).unref();
    },
    /** Logs at once what is not logged yet. */
    flush,
  };
}
