import type { OpenStore } from '#shared/store/store.ts';
import { loadStores, type StorePlaces } from '#shared/store/stores.ts';

const COMMAND_TIMEOUT_MS = 10_000;

/** The stores of all services, each opened on first use. */
export async function openStores(places: StorePlaces) {
  const { open, documentIds } = await loadStores(places);
  const stores = new Map<string, OpenStore>();
  return {
    of(service: string): OpenStore {
      const store = stores.get(service) ?? open(service, COMMAND_TIMEOUT_MS);
      stores.set(service, store);
      return store;
    },
    documentIds,
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.all([...stores.values()].map((store) => store.close()));
    },
  };
}
