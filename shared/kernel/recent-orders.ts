import { LastEntries } from './last-entries.ts';
import type { Order } from './order.ts';

/** Orders that a process remembers at least: some MB. */
const MIN_ORDERS = 2_048;
/** And for how long: far less than the store keeps an order, so that its version cannot come round again meanwhile. */
const MAX_MS = 60_000;

interface Kept<State> {
  readonly order: Order<State>;
  readonly until: number;
}

/**
 * The orders that this process committed last. It saves reading them, and knows which of their events the broker has
 * acknowledged. It may be out of date: a commit names the version that it was decided on, so on what others changed meanwhile it
 * is beaten and decided again.
 */
export class RecentOrders<State> {
  readonly #kept = new LastEntries<Kept<State>>(MIN_ORDERS);
  readonly #monotonic: () => number;
  readonly #keepMs: number;

  /** `retainMs`: how long the store keeps an order that is closed. */
  constructor(retainMs: number, monotonic: () => number) {
    this.#keepMs = Math.min(MAX_MS, retainMs / 2);
    this.#monotonic = monotonic;
  }

  get(id: string): Order<State> | undefined {
    const kept = this.#kept.get(id);
    return kept && this.#monotonic() < kept.until ? kept.order : undefined;
  }

  keep(order: Order<State>): void {
    this.#kept.set(order.id, { order, until: this.#monotonic() + this.#keepMs });
  }

  forget(id: string): void {
    this.#kept.delete(id);
  }
}
