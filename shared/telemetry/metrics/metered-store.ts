import type { OpenStore } from '#shared/store/store.ts';
import { type Meters, seriesOf } from './meters.ts';
import type { STORE_OPERATIONS } from './metric-labels.ts';

/** Times every call. */
export function meteredStore(store: OpenStore, { storeSeconds }: Meters, service: string): OpenStore {
  function timed<Args extends unknown[], Answer>(
    operation: (typeof STORE_OPERATIONS)[number],
    call: (...args: Args) => Promise<Answer>,
  ) {
    const seconds = seriesOf(storeSeconds, { service, operation });
    return async (...args: Args): Promise<Answer> => {
      const startedAt = performance.now();
      try {
        return await call(...args);
      } finally {
        seconds((performance.now() - startedAt) / 1000);
      }
    };
  }
  return {
    load: timed('load', store.load),
    commit: timed('commit', store.commit),
    claimDue: timed('claimDue', store.claimDue),
    oldest: timed('oldest', store.oldest),
    counters: timed('counters', store.counters),
    health: timed('health', store.health),
    stock: timed('stock', store.stock),
    checkpoint: timed('checkpoint', store.checkpoint),
    beginRebuild: timed('beginRebuild', store.beginRebuild),
    close: store.close,
  };
}
