import type { Logger } from 'pino';
import type { Store } from '#shared/store/store.ts';
import type { Behaviour } from './behaviour.ts';
import { openOrder } from './order.ts';

export interface ReportWaitingOptions<State> {
  readonly behaviour: Pick<Behaviour<State>, 'rules' | 'waitsFor'>;
  readonly store: Pick<Store, 'oldest' | 'load'>;
  readonly log: Logger;
  /** Lines at most. */
  readonly limit?: number;
  /** Who has waited for less is merely under way. ms */
  readonly minMs?: number;
}

/** Logs one line for each of the orders that have waited longest: what for, and how long. Every replica tells the same. */
export async function reportWaiting<State>(options: ReportWaitingOptions<State>): Promise<void> {
  const { behaviour, store, log, limit = 20, minMs = 1_000 } = options;
  const documents = await Promise.all((await store.oldest(limit)).map(({ id }) => store.load(id)));
  for (const document of documents) {
    const waits = behaviour.waitsFor?.(openOrder(behaviour.rules, document).state);
    const ms = waits && document.now - waits.since;
    if (waits && ms !== undefined && ms >= minMs)
      log.info(
        { order_id: document.id, decision: 'stuck', missing: waits.missing, waiting_s: ms / 1_000 },
        'order waits',
      );
  }
}
