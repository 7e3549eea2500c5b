import type { Logger } from 'pino';
import type { CorrelationStore } from '#shared/store/correlation-store.ts';

export interface ReportStuckOptions {
  readonly store: CorrelationStore;
  readonly log: Logger;
  /** Lines at most. */
  readonly limit?: number;
  /** Who has waited for less is merely under way. ms */
  readonly leastMs?: number;
}

/** Logs one line for each of the orders that have waited longest: what for, and how long. Every replica tells the same. */
export async function reportStuck({ store, log, limit = 20, leastMs = 1_000 }: ReportStuckOptions): Promise<void> {
  const waiting = await store.longestGrouped(limit);
  const orders = await Promise.all(waiting.map(async ({ id, since }) => ({ ...(await store.load(id)), since })));
  // It may have been decided meanwhile.
  for (const { id, group, now, since } of orders)
    if (group !== undefined && now - since >= leastMs)
      log.info({ order_id: id, decision: 'stuck', missing: group, waiting_s: (now - since) / 1_000 }, 'order waits');
}
