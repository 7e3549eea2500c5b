import type { Span } from './explain-slowest.ts';

/** What came of a set of orders. */
export interface Verdict {
  readonly created: number;
  /** Created, and never ready. */
  readonly missing: number;
  /** Readies beyond the first of an order. */
  readonly doubled: number;
  /** Readies of orders that nobody created. */
  readonly strange: number;
}

/**
 * Pairs creations with readies, in whichever order they become known, and counts every copy of a ready.
 * Times are ms of one monotonic clock.
 */
export class OrderTracker {
  /** From creation to ready, of orders that are both. */
  readonly orders: Span[] = [];
  readonly #createdAt = new Map<string, number>();
  readonly #readyAt = new Map<string, number>();
  readonly #onDone: () => void;
  #doubled = 0;
  #lastReadyAt = Number.NaN;

  /** `onDone` is called whenever one more order is known to be both created and ready. */
  constructor(onDone: () => void = () => undefined) {
    this.#onDone = onDone;
  }

  created(orderId: string, at: number): void {
    this.#createdAt.set(orderId, at);
    const readyAt = this.#readyAt.get(orderId);
    if (readyAt !== undefined) this.#done(at, readyAt);
  }

  ready(orderId: string, at: number): void {
    if (this.#readyAt.has(orderId)) {
      this.#doubled += 1;
      return;
    }
    this.#readyAt.set(orderId, at);
    this.#lastReadyAt = at;
    const createdAt = this.#createdAt.get(orderId);
    if (createdAt !== undefined) this.#done(createdAt, at);
  }

  /** Orders both created and ready. */
  get done(): number {
    return this.orders.length;
  }

  /** NaN before the first. */
  get lastReadyAt(): number {
    return this.#lastReadyAt;
  }

  verdict(): Verdict {
    const created = this.#createdAt.size;
    return {
      created,
      missing: created - this.done,
      doubled: this.#doubled,
      strange: this.#readyAt.size - this.done,
    };
  }

  #done(from: number, to: number): void {
    this.orders.push({ from, to });
    this.#onDone();
  }
}
