import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import { createMemoryStore } from '#shared/store/memory/memory-store.ts';
import type { OpenStore } from '#shared/store/store.ts';
import type { Backend } from './flow-harness.ts';

/** One broker and one store in memory, seen by every service that opens them; closing a view leaves them open. */
export function memoryBackend(): Backend & AsyncDisposable {
  const bus = createMemoryBus({ ackWaitMs: 1_000 });
  const stores = new Map<string, OpenStore>();
  const view = <T extends object>(shared: T): T => ({ ...shared, close: async () => undefined });
  return {
    openBus: async () =>
      new Proxy(bus, { get: (target, key) => (key === 'close' ? async () => undefined : Reflect.get(target, key)) }),
    openStore(prefix) {
      const store = stores.get(prefix) ?? createMemoryStore();
      stores.set(prefix, store);
      return view(store);
    },
    async [Symbol.asyncDispose]() {
      await bus.close();
    },
  };
}
