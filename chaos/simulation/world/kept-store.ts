import { createMemoryStore, type MemoryStore } from '#shared/store/memory/memory-store.ts';
import type { Store } from '#shared/store/store.ts';

/** A memory store that knows the ids of all documents that were ever written. */
export interface KeptStore extends MemoryStore {
  readonly ids: ReadonlySet<string>;
}

export function keptStore(now: () => number): KeptStore {
  const store = createMemoryStore({ now, fresh: true });
  const ids = new Set<string>();
  const noting = <Writer extends Pick<Store, 'commit'>>(writer: Writer): Writer => ({
    ...writer,
    commit(id, seen, change) {
      ids.add(id);
      return writer.commit(id, seen, change);
    },
  });
  return {
    ...noting(store),
    ids,
    async beginRebuild(leaseMs) {
      const rebuild = await store.beginRebuild(leaseMs);
      return rebuild && noting(rebuild);
    },
  };
}
