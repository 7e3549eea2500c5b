import { Unavailable } from '#shared/messaging/faults.ts';
import { checkChange, checkUnits } from '../check-change.ts';
import type { OpenStore, Pools, Store } from '../store.ts';
import { apply, byDue, claim, count, emptyContents, read, stock } from './memory-documents.ts';
import { MemoryEpoch } from './memory-epoch.ts';

export interface MemoryStoreOptions {
  /** The store's clock, ms since the epoch. */
  readonly now?: () => number;
  /** Nothing was ever there: it is whole only once a rebuild of nothing is complete. Default: it is whole. */
  readonly fresh?: boolean;
}

export interface MemoryStore extends OpenStore {
  /** Loses everything, as a server does on FLUSHALL. */
  wipe(): void;
  /** Keeps what it knows now, as a server does that writes its file to the disk. */
  sync(): void;
  /** Comes up again with what it knew at the last `sync`, as a server does that was killed; without one: with nothing. */
  restart(): void;
}

/**
 * A store in this process, for tests and simulation: the semantics of the Redis one, shown by the same suite. Every call yields
 * once before it acts, so that callers interleave.
 */
export function createMemoryStore({ now: clock = Date.now, fresh = false }: MemoryStoreOptions = {}): MemoryStore {
  const epoch = new MemoryEpoch();
  let contents = emptyContents();
  let synced = { contents: structuredClone(contents), health: epoch.health };
  let closed = false;
  if (!fresh) epoch.begin(0, 0)?.complete(0);

  /** Lets others in first. Resolves with the time of the step that follows. */
  async function open(): Promise<number> {
    await null;
    if (closed) throw new Unavailable('store', { cause: new Error('the store is closed') });
    return clock();
  }

  /** What the store and whoever rebuilds it have in common, in the epoch of each. */
  const within = (current: () => string, freely: boolean): Omit<Store, 'health'> & Pools => {
    const step = async () => ({ now: await open(), epoch: current() });
    return {
      async load(id) {
        const { now, epoch } = await step();
        return read(contents, id, now, epoch);
      },
      async commit(id, seen, change) {
        checkChange(id, change);
        const { now, epoch } = await step();
        const document = read(contents, id, now, epoch);
        const isSame = document.version === seen.version && (seen.version === 0 || epoch === seen.epoch);
        return isSame ? apply(contents, document, change, freely) : { outcome: 'beaten', document };
      },
      async claimDue(limit, leaseMs) {
        const { now } = await step();
        return claim(contents, limit, leaseMs, now);
      },
      async oldest(limit) {
        await step();
        return byDue(contents.due).slice(0, limit);
      },
      async counters() {
        const { now } = await step();
        return count(contents, now);
      },
      async stock(units, mode) {
        checkUnits(units);
        await step();
        stock(contents, units, mode);
      },
    };
  };

  return {
    ...within(() => epoch.current, false),
    async health() {
      await open();
      return epoch.health;
    },
    async checkpoint(sequence) {
      await open();
      epoch.checkpoint(sequence);
    },
    async beginRebuild(leaseMs) {
      const begun = epoch.begin(await open(), leaseMs);
      if (!begun) return undefined;
      const { cause, from, check, renew, checkpoint, complete, abandon } = begun;
      return {
        cause,
        from,
        ...within(check, true),
        checkpoint: async (sequence) => void checkpoint((await open()) && sequence),
        renew: async (ms) => renew(await open(), ms),
        complete: async (sequence) => void complete((await open()) && sequence),
        abandon: async () => abandon(),
      };
    },
    wipe() {
      contents = emptyContents();
      epoch.restart({ is: 'wiped', checkpoint: 0 });
    },
    sync() {
      synced = { contents: structuredClone(contents), health: epoch.health };
    },
    restart() {
      contents = structuredClone(synced.contents);
      epoch.restart(synced.health);
    },
    async close() {
      closed = true;
    },
  };
}
