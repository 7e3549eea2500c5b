import { createRedisStore } from '#shared/store/redis/redis-store.ts';
import type { OpenStore } from '#shared/store/store.ts';

export interface StoresAt {
  readonly redisUrl: string;
  /** As the services have it. */
  readonly partitions?: number;
}

/** The stores of all services, each opened on first use. */
export function openStores({ redisUrl: url, partitions = 1 }: StoresAt) {
  const stores = new Map<string, OpenStore>();
  return {
    of(service: string): OpenStore {
      const store = stores.get(service) ?? createRedisStore({ url, service, partitions, commandTimeoutMs: 10_000 });
      stores.set(service, store);
      return store;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.all([...stores.values()].map((store) => store.close()));
    },
  };
}
