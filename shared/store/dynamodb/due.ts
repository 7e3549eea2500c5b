import type { Due, Store } from '../store.ts';
import { dueBound, dueIn } from './document-item.ts';
import { checkOpen, type LedgerItem } from './ledger.ts';
import type { Table } from './table.ts';

/** Sorts behind every due time. */
const NEVER = '~';

/** Due documents, by the index. On AWS it is a moment behind the table; a lease is taken at the document, so never by two. */
export function dueCalls(table: Table, { read }: LedgerItem, writer?: string) {
  /** Callers of one process take turns: they would only be in each other's way. */
  let turn: Promise<unknown> = Promise.resolve();

  async function openGeneration(): Promise<string> {
    const { ledger } = await read();
    checkOpen(ledger, writer);
    return ledger.generation;
  }

  async function claim(limit: number, leaseMs: number): Promise<Due[]> {
    const generation = await openGeneration();
    const now = Date.now();
    const claimed: Due[] = [];
    if (limit === 0) return claimed;
    for await (const page of table.due(generation, dueBound(now + 1), limit)) {
      const free = page.filter(({ lease, leasedUntil = 0, due }) => lease !== due || leasedUntil <= now);
      const wanted = free.slice(0, limit - claimed.length);
      const leased = await Promise.all(wanted.map((item) => table.lease(item, now, now + leaseMs)));
      claimed.push(...wanted.filter((_, index) => leased[index]).map(dueIn));
      if (claimed.length === limit) break;
    }
    return claimed;
  }

  return {
    claimDue(limit, leaseMs) {
      const claimed = turn.then(() => claim(limit, leaseMs));
      turn = claimed.catch(() => undefined);
      return claimed;
    },
    async oldest(limit) {
      const generation = await openGeneration();
      if (limit === 0) return [];
      for await (const page of table.due(generation, NEVER, limit)) return page.map(dueIn);
      return [];
    },
  } satisfies Pick<Store, 'claimDue' | 'oldest'>;
}
