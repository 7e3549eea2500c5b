import type { CorrelationStore } from '#shared/store/store.ts';
import { type Meters, observe } from './meters.ts';
import { STORE_OPERATIONS } from './metric-labels.ts';

type Call = (...args: unknown[]) => Promise<unknown>;

/** Times every call. */
export function meteredStore(store: CorrelationStore, { storeSeconds }: Meters, service: string): CorrelationStore {
  const timed = (operation: (typeof STORE_OPERATIONS)[number]): Call => {
    const labels = { service, operation };
    const call = (store[operation] as unknown as Call).bind(store);
    return async (...args) => {
      const startedAt = performance.now();
      try {
        return await call(...args);
      } finally {
        observe(storeSeconds, labels, (performance.now() - startedAt) / 1000);
      }
    };
  };
  return { ...store, ...Object.fromEntries(STORE_OPERATIONS.map((operation) => [operation, timed(operation)])) };
}
