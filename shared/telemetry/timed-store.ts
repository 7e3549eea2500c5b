import type { OpenStore } from '#shared/store/store.ts';

export const STORE_OPERATIONS = [
  'load',
  'commit',
  'claimDue',
  'oldest',
  'counters',
  'health',
  'stock',
  'checkpoint',
  'beginRebuild',
] as const;

export type StoreOperation = (typeof STORE_OPERATIONS)[number];

/** The same store; after each call, failed ones included, the operation's observer is told its ms, in the caller's context. */
export function timedStore(
  store: OpenStore,
  observerOf: (operation: StoreOperation) => (ms: number) => void,
): OpenStore {
  type Call = (...args: unknown[]) => Promise<unknown>;
  const timed = STORE_OPERATIONS.map((operation) => {
    const call = store[operation] as Call;
    const observe = observerOf(operation);
    const timedCall: Call = async (...args) => {
      const startedAt = performance.now();
      try {
        return await call(...args);
      } finally {
        observe(performance.now() - startedAt);
      }
    };
    return [operation, timedCall];
  });
  return { ...store, ...Object.fromEntries(timed) };
}
