import type { OpenStore } from './store.ts';
import type { StoreAt } from './store-kind.ts';
import { storeKind } from './store-kinds.ts';

/** Where a store is. */
export interface StorePlace {
  /** A StoreKind's name. */
  readonly kind: string;
  readonly url: string;
}

/** Where the stores of a system are, by their `service`: plain data. */
export interface StorePlaces {
  readonly all: StorePlace;
  readonly except?: Readonly<Record<string, StorePlace>>;
}

/** The stores of a system, with the adapters loaded. */
export interface Stores {
  /** The caller closes it. */
  open(service: string, commandTimeoutMs?: number): OpenStore;
  /** As StoreAdapter: for tools. */
  documentIds(service: string): Promise<string[]>;
  drop(service: string): Promise<number>;
}

export async function loadStores({ all, except = {} }: StorePlaces): Promise<Stores> {
  const kinds = new Set([all, ...Object.values(except)].map(({ kind }) => kind));
  const loading = [...kinds].map(async (kind) => [kind, await storeKind(kind).load()] as const);
  const adapters = new Map(await Promise.all(loading));
  function placed(service: string, commandTimeoutMs?: number) {
    const { kind, url } = except[service] ?? all;
    const adapter = adapters.get(kind);
    if (!adapter) throw new RangeError(`the store ${kind} is not loaded`);
    return { adapter, at: { url, service, ...(commandTimeoutMs && { commandTimeoutMs }) } satisfies StoreAt };
  }
  return {
    open(service, commandTimeoutMs) {
      const { adapter, at } = placed(service, commandTimeoutMs);
      return adapter.open(at);
    },
    async documentIds(service) {
      const { adapter, at } = placed(service);
      return adapter.documentIds(at);
    },
    async drop(service) {
      const { adapter, at } = placed(service);
      return adapter.drop(at);
    },
  };
}
