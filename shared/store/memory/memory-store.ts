import { Unavailable } from '#shared/messaging/faults.ts';
import { checkChange, checkUnits } from '../check-change.ts';
import { type Health, NotWhole, type OpenStore } from '../store.ts';
import { apply, byDue, claim, count, emptyContents, read, stock } from './memory-documents.ts';

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

/** A store in this process, for tests and simulation. Every call yields once before it acts, so that callers interleave. */
export function createMemoryStore({ now: clock = Date.now, fresh = false }: MemoryStoreOptions = {}): MemoryStore {
  const wiped: Health = { is: 'wiped', checkpoint: 0 };
  let contents = emptyContents();
  let health: Health = fresh ? wiped : { ...wiped, is: 'whole' };
  let synced = { contents: emptyContents(), health: wiped };
  /** The number of the epoch: another one after each loss, and for each writer. */
  let epoch = 0;
  let leasedUntil = 0;
  let closed = false;

  /** Lets others in first. Resolves with the time of the step that follows. */
  async function open(): Promise<number> {
    await null;
    if (closed) throw new Unavailable('store', { cause: new Error('the store is closed') });
    return clock();
  }

  /** A step of the store, or of the one who rebuilds it in the epoch `writer`. */
  const stepOf = (writer?: number) => async () => {
    const now = await open();
    const isOpen = writer === undefined ? health.is === 'whole' : health.is === 'rebuilding' && epoch === writer;
    if (!isOpen) throw new NotWhole(health.is);
    return { now, epoch: String(epoch) };
  };

  /** What the store and whoever rebuilds it have in common. */
  function within(step: ReturnType<typeof stepOf>, freely: boolean) {
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
      async checkpoint(sequence, stream) {
        await step();
        health = { ...health, checkpoint: sequence, stream };
      },
    } satisfies Partial<OpenStore>;
  }

  /** Whoever was writing has to begin anew. */
  function comeUp(next: Health): void {
    health = next;
    epoch += 1;
    leasedUntil = 0;
  }

  return {
    ...within(stepOf(), false),
    async health() {
      await open();
      return health;
    },
    async beginRebuild(leaseMs) {
      const now = await open();
      const { is, checkpoint: from, stream } = health;
      if (is === 'whole' || now < leasedUntil) return undefined;
      comeUp({ is: 'rebuilding', checkpoint: from, stream });
      leasedUntil = now + leaseMs;
      const writer = epoch;
      const step = stepOf(writer);
      return {
        ...within(step, true),
        cause: is,
        from,
        stream,
        async renew(ms) {
          leasedUntil = (await step()).now + ms;
        },
        async complete(sequence, stream) {
          await step();
          comeUp({ is: 'whole', checkpoint: sequence, stream });
        },
        async abandon() {
          if (epoch === writer) leasedUntil = 0;
        },
      };
    },
    wipe() {
      contents = emptyContents();
      comeUp(wiped);
    },
    sync() {
      synced = { contents: structuredClone(contents), health };
    },
    restart() {
      contents = structuredClone(synced.contents);
      const { is } = synced.health;
      comeUp({ ...synced.health, is: is === 'whole' ? 'restarted' : is });
    },
    async close() {
      closed = true;
    },
  };
}
