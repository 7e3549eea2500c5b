import { Unavailable } from '#shared/messaging/faults.ts';
import { checkChange, checkUnits } from './check-change.ts';
import type { Change, Committed, CorrelationStore } from './correlation-store.ts';
import { MemoryEpoch } from './memory-epoch.ts';
import { MemoryLedger } from './memory-ledger.ts';
import { addFact, toCorrelation } from './memory-order.ts';
import { shortPools } from './memory-pools.ts';
import type { Rebuild } from './standing.ts';

export interface MemoryStoreOptions {
  /** The store's clock, ms since the epoch. */
  readonly now?: () => number;
  /** Nothing was ever there: it is whole only once a rebuild of nothing is complete. Default: it is whole. */
  readonly fresh?: boolean;
}

export interface MemoryStore<State = unknown> extends CorrelationStore<State> {
  /** Loses everything, as a server does on FLUSHALL. */
  wipe(): void;
  /** Keeps what it knows now, as a server does that writes its file to the disk. */
  sync(): void;
  /** Comes up again with what it knew at the last `sync`, as a server does that was killed; without one: with nothing. */
  restart(): void;
}

/** A step's time, and its epoch. */
interface Turn {
  readonly now: number;
  readonly epoch: string;
}

/**
 * A CorrelationStore in this process, for tests and simulation: the semantics of the Redis one, passed by the same
 * suite. Everything is copied in and out, and each method yields once before it acts, so that callers interleave.
 */
export function createMemoryStore<State = unknown>({
  now: clock = Date.now,
  fresh = false,
}: MemoryStoreOptions = {}): MemoryStore<State> {
  const epoch = new MemoryEpoch();
  let ledger = new MemoryLedger();
  let synced = { ledger: ledger.contents(), epoch: epoch.standing };
  let closed = false;
  if (!fresh) epoch.begin(0, 0)?.complete(0);

  /** Lets others in first. Resolves with the time of the step that follows. */
  async function open(): Promise<number> {
    await null;
    if (closed) throw new Unavailable('store', { cause: new Error('the store is closed') });
    return clock();
  }
  const turn = async (): Promise<Turn> => ({ now: await open(), epoch: epoch.current });

  /** What the store and who rebuilds it have in common. A rebuild takes from a pool whatever is left in it. */
  const orders = (step: () => Promise<Turn>, takesRegardless: boolean) => ({
    async load(id: string) {
      const { now, epoch } = await step();
      const order = ledger.find(id, now);
      if (order.version === 0) ledger.neverDue(id);
      return toCorrelation<State>(id, order, now, epoch);
    },
    async commit(id: string, version: number, change: Change, wanted?: string): Promise<Committed<State>> {
      checkChange(id, change);
      const { now, epoch } = await step();
      const order = ledger.find(id, now);
      if (order.version !== version || (wanted !== undefined && wanted !== epoch))
        return { outcome: 'stale', correlation: toCorrelation(id, order, now, epoch) };
      const short = takesRegardless ? [] : shortPools(ledger.pools, order, change.holds ?? []);
      if (short.length > 0) return { outcome: 'short', pools: short };
      ledger.apply(id, order, change, now);
      return { outcome: 'done', version: order.version };
    },
    async markPublished(id: string, eventIds: readonly string[]) {
      const { now } = await step();
      ledger.markPublished(id, ledger.find(id, now), eventIds);
    },
    async fillPools(units: Readonly<Record<string, number>>, mode: 'missing' | 'raise') {
      checkUnits(units);
      await step();
      return ledger.fill(units, mode);
    },
  });

  return {
    ...orders(turn, false),
    async record(id, fact) {
      const { now, epoch } = await turn();
      const order = ledger.find(id, now);
      const outcome = addFact(order, fact);
      if (outcome === 'new') {
        order.version += 1;
        ledger.keep(id, order);
      }
      return { outcome, correlation: toCorrelation(id, order, now, epoch) };
    },
    async claimDue(limit, leaseMs) {
      const { now } = await turn();
      return ledger.claimDue(limit, leaseMs, now);
    },
    async longestGrouped(limit) {
      await turn();
      return ledger.longestGrouped(limit);
    },
    async totals() {
      const { now } = await turn();
      return ledger.read(now);
    },
    async standing() {
      await open();
      return epoch.standing;
    },
    async noteSettled(sequence) {
      await turn();
      epoch.noteSettled(sequence);
    },
    async beginRebuild(leaseMs): Promise<Rebuild<State> | undefined> {
      const begun = epoch.begin(await open(), leaseMs);
      if (!begun) return undefined;
      const { cause, settledUpTo, check, renew, noteSettled, complete, abandon } = begun;
      return {
        cause,
        settledUpTo,
        ...orders(async () => ({ now: await open(), epoch: check() }), true),
        async dueBy(at, limit) {
          await open();
          check();
          return ledger.dueBy(at, limit);
        },
        async noteSettled(sequence) {
          await open();
          noteSettled(sequence);
        },
        renew: async (ms) => renew(await open(), ms),
        complete: async (settled) => {
          await open();
          complete(settled);
        },
        abandon: async () => abandon(),
      };
    },
    wipe() {
      ledger = new MemoryLedger();
      epoch.wipe();
    },
    sync() {
      synced = { ledger: ledger.contents(), epoch: epoch.standing };
    },
    restart() {
      ledger = new MemoryLedger(synced.ledger);
      epoch.restart(synced.epoch);
    },
    async close() {
      closed = true;
    },
  };
}
