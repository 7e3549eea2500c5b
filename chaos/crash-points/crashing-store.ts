import { createRedisStore as createReal, type RedisStoreOptions } from '#shared/store/redis/redis-store.ts';
import type { OpenStore } from '#shared/store/store.ts';
import { around, pass } from './crash-at.ts';

export * from '#shared/store/redis/redis-store.ts';

/** The real store, whose service may die around each commit. One that is not the service's own has its name before the point's. */
export function createRedisStore(options: RedisStoreOptions): OpenStore {
  const store = createReal(options);
  const whose = options.service.endsWith('-service') ? '' : `${options.service} `;
  const commit = around(`${whose}commit`, store.commit);
  return {
    ...store,
    async commit(id, basis, change) {
      const committed = await commit(id, basis, change);
      if (change.entry?.includes('"own":true')) pass('after deciding');
      return committed;
    },
  };
}
