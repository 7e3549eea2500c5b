import { createRedisStore } from '#shared/store/redis/redis-store.ts';
import type { OpenStore } from '#shared/store/store.ts';

export interface StoresAt {
  readonly redisUrl: string;
  /** As the services have it. Default 1. */
  readonly partitions?: number;
}

const COMMAND_TIMEOUT_MS = 10_000;

/** The stores of all services, each opened when it is asked for first. */
export function openStores({ redisUrl: url, partitions = 1 }: StoresAt) {
  const stores = new Map<string, OpenStore>();
  return {
    of(prefix: string): OpenStore {
      const store =
        stores.get(prefix) ??
        createRedisStore({ url, service: prefix, partitions, commandTimeoutMs: COMMAND_TIMEOUT_MS });
      stores.set(prefix, store);
      return store;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.all([...stores.values()].map((store) => store.close()));
    },
  };
}
