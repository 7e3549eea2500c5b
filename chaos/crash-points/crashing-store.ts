import type { CorrelationStore } from '#shared/store/store.ts';
import { createRedisStore as createReal, type RedisStoreOptions } from '#shared/store/redis/redis-store.ts';
import { around } from './crash-at.ts';

export * from '#shared/store/redis/redis-store.ts';

/** The real store, whose service may die around each step that changes an order. One that is not the service's own has its name before the point's. */
export function createRedisStore<State = unknown>(options: RedisStoreOptions): CorrelationStore<State> {
  const store = createReal<State>(options);
  const whose = options.service.endsWith('-service') ? '' : `${options.service} `;
  return {
    ...store,
    record: around(`${whose}record`, store.record),
    commit: around(`${whose}commit`, store.commit),
    markPublished: around(`${whose}markPublished`, store.markPublished),
  };
}
