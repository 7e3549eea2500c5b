/** ms of one clock. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** ms since 1970, as precise as a duration is measured. */
export const wallClock = (): number => performance.timeOrigin + performance.now();

export interface Verdict {
  readonly created: number;
  /** Created, and never ready. */
  readonly missing: number;
  /** Readies beyond the first of an order. */
  readonly doubled: number;
  /** Readies of orders that nobody created. */
  readonly strange: number;
}

/** Pairs creations with readies, in whichever order they become known, and counts every copy of a ready. Times are ms of one clock. */
export class OrderTracker {
  /** From creation to ready, of orders that are both. */
  readonly orders: Span[] = [];
  readonly #created = new Map<string, { readonly at: number; readonly resolve: () => void }>();
  readonly #readyAt = new Map<string, number>();
  #doubled = 0;

  /** Resolves once the order is ready. */
  created(orderId: string, at: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#created.set(orderId, { at, resolve });
    this.#pair(orderId);
    return promise;
  }

  ready(orderId: string, at: number): void {
    if (this.#readyAt.has(orderId)) this.#doubled += 1;
    else {
      this.#readyAt.set(orderId, at);
      this.#pair(orderId);
    }
  }

  verdict(): Verdict {
    const done = this.orders.length;
    const created = this.#created.size;
    return { created, missing: created - done, doubled: this.#doubled, strange: this.#readyAt.size - done };
  }

  #pair(orderId: string): void {
    const created = this.#created.get(orderId);
    const to = this.#readyAt.get(orderId);
    if (!created || to === undefined) return;
    this.orders.push({ from: created.at, to });
    created.resolve();
  }
}
