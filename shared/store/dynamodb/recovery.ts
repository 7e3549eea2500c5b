import { randomUUID } from 'node:crypto';
import { checkUnits } from '../check-change.ts';
import { filledBy, sum, unitsToAdd } from '../integers.ts';
import type { Health, Integers, Pools, Recovery } from '../store.ts';
import { checkOpen, type Ledger, type LedgerItem } from './ledger.ts';

/** What a writer does to the ledger beside its groups; `writer`: the epoch of the one who rebuilds. */
export function ledgerCalls({ change }: LedgerItem, writer?: string): Pools & Pick<Recovery, 'checkpoint'> {
  const step = (next: (ledger: Ledger) => Ledger) =>
    change((ledger) => {
      checkOpen(ledger, writer);
      return next(ledger);
    });
  return {
    async stock(units, mode) {
      checkUnits(units);
      await step((ledger) => stocked(ledger, units, mode));
    },
    async checkpoint(checkpoint, stream) {
      await step((ledger) => ({ ...ledger, checkpoint, stream }));
    },
  };
}

function stocked(ledger: Ledger, units: Integers, mode: 'missing' | 'raise'): Ledger {
  const left = new Map(Object.entries(ledger.pools));
  const added = unitsToAdd((pool) => left.get(pool), units, mode);
  return { ...ledger, counters: sum(ledger.counters, filledBy(added)), pools: sum(ledger.pools, added) };
}

export const healthOf = ({ is, checkpoint, stream }: Ledger): Health => ({ is, checkpoint, ...(stream && { stream }) });

/** Resolves with the rebuild's own epoch, what it is about, and how it ends; undefined when it is not to begin. */
export async function beginRebuild(ledger: LedgerItem, leaseMs: number) {
  let before: Ledger | undefined;
  const writer = randomUUID();
  const begun = await ledger.change((seen) => {
    before = seen;
    if (seen.is === 'whole' || Date.now() < seen.leasedUntil) return undefined;
    // What is under another generation's keys is gone, even if the items should still be there.
    const generation = seen.is === 'wiped' ? writer.slice(0, 8) : seen.generation;
    return { ...seen, is: 'rebuilding', epoch: writer, generation, leasedUntil: Date.now() + leaseMs };
  });
  if (!begun || !before) return undefined;
  const own = async (next: (seen: Ledger) => Ledger): Promise<void> => {
    await ledger.change((seen) => {
      checkOpen(seen, writer);
      return next(seen);
    });
  };
  return {
    writer,
    cause: before.is as Exclude<Health['is'], 'whole'>,
    from: begun.checkpoint,
    stream: begun.stream,
    renew: (ms: number) => own((seen) => ({ ...seen, leasedUntil: Date.now() + ms })),
    complete: (checkpoint: number, stream?: string) =>
      own((seen) => ({ ...seen, is: 'whole', epoch: randomUUID(), checkpoint, stream, leasedUntil: 0 })),
    abandon: () => own((seen) => ({ ...seen, leasedUntil: 0 })).catch(() => undefined),
  };
}
