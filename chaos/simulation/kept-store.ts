import type { CorrelationStore } from '#shared/store/store.ts';
import { createMemoryStore, type MemoryStore } from '#shared/store/memory/memory-store.ts';

/** A memory store that tells which orders were ever put into it. */
export interface KeptStore extends MemoryStore {
  readonly ids: ReadonlySet<string>;
}

export function keptStore(now: () => number): KeptStore {
  const store = createMemoryStore({ now, fresh: true });
  const ids = new Set<string>();
  const noting = <Writer extends Pick<CorrelationStore, 'commit'>>(writer: Writer): Writer => ({
    ...writer,
    commit(id, version, change, epoch) {
      ids.add(id);
      return writer.commit(id, version, change, epoch);
    },
  });
  return {
    ...noting(store),
    ids,
    record(id, fact) {
      ids.add(id);
      return store.record(id, fact);
    },
    async beginRebuild(leaseMs) {
      const rebuild = await store.beginRebuild(leaseMs);
      return rebuild && noting(rebuild);
    },
  };
}
