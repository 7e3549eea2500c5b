import type { Order } from './order.ts';

/** The last `least` entries at least, twice as many at most: two generations, the older one dropped as a whole. */
export class LastEntries<Value> {
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();
  readonly #least: number;

  constructor(least: number) {
    this.#least = least;
  }

  get(key: string): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#least) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }
}

/** Orders that a process remembers at least: some MB. */
const MIN_ORDERS = 2_048;
/** And for how long: far less than the store keeps an order, so that its version cannot come round again meanwhile. */
const MAX_MS = 60_000;

/**
 * The orders that this process committed last, and which of their events the broker has acknowledged. It may be out of date: a
 * commit names the version that it was decided on, so it is beaten and decided again when another process was first.
 * @param retainMs how long the store keeps an order that is closed
 */
export function createRecentOrders<State>(retainMs: number, monotonic: () => number) {
  const kept = new LastEntries<{ readonly order: Order<State>; readonly until: number }>(MIN_ORDERS);
  const keepMs = Math.min(MAX_MS, retainMs / 2);
  return {
    get(id: string): Order<State> | undefined {
      const entry = kept.get(id);
      return entry && monotonic() < entry.until ? entry.order : undefined;
    },
    keep: (order: Order<State>): void => kept.set(order.id, { order, until: monotonic() + keepMs }),
    forget: (id: string): void => kept.delete(id),
  };
}
