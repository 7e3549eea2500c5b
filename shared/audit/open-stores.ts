import { createRedisStore } from '#shared/store/redis/redis-store.ts';
import type { OpenStore } from '#shared/store/store.ts';

/** The stores of all services, each opened on first use. */
export function openStores(url: string) {
  const stores = new Map<string, OpenStore>();
  return {
    of(service: string): OpenStore {
      const store = stores.get(service) ?? createRedisStore({ url, service, commandTimeoutMs: 10_000 });
      stores.set(service, store);
      return store;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.all([...stores.values()].map((store) => store.close()));
    },
  };
}
