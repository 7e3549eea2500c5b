interface WaitingRoomOptions {
  /** How long an order may wait for the stream. Ms. */
  readonly waitMs?: number;
  /** This many may always wait: a sudden burst is no overload. */
  readonly least?: number;
  /** The upper bound, for memory. */
  readonly most?: number;
  /** A monotonic clock, ms. */
  readonly monotonic?: () => number;
}

/**
 * Limits how many orders wait for the stream at once: as many as the stream took within the last `waitMs`. By Little's law
 * an order then waits for about that long, on a fast machine and on a slow one. Whoever comes when the room is full is
 * refused at once, instead of waiting in memory for an answer that comes too late.
 */
export class WaitingRoom {
  readonly #waitMs: number;
  readonly #least: number;
  readonly #most: number;
  readonly #monotonic: () => number;
  #waiting = 0;
  /** Orders that the stream took in the current window, and in the one before. */
  #taken = 0;
  #takenBefore = 0;
  #windowFrom: number;

  constructor({
    waitMs = 500,
    least = 256,
    most = 2_000,
    monotonic = () => performance.now(),
  }: WaitingRoomOptions = {}) {
    this.#waitMs = waitMs;
    this.#least = least;
    this.#most = most;
    this.#monotonic = monotonic;
    this.#windowFrom = monotonic();
  }

  get waiting(): number {
    return this.#waiting;
  }

  get limit(): number {
    const elapsed = this.#turnWindow();
    const taken = this.#taken + this.#takenBefore * (1 - elapsed / this.#waitMs);
    return Math.min(this.#most, Math.max(this.#least, Math.floor(taken)));
  }

  /** False when the room is full. */
  enter(): boolean {
    if (this.#waiting >= this.limit) return false;
    this.#waiting++;
    return true;
  }

  /** `taken`: the stream has the order. */
  leave(taken: boolean): void {
    this.#waiting--;
    this.#turnWindow();
    if (taken) this.#taken++;
  }

  /** Ms since the current window began; starts the next window when this one is over. */
  #turnWindow(): number {
    const now = this.#monotonic();
    const elapsed = now - this.#windowFrom;
    if (elapsed < this.#waitMs) return elapsed;
    this.#takenBefore = elapsed < 2 * this.#waitMs ? this.#taken : 0;
    this.#taken = 0;
    this.#windowFrom = now - (elapsed % this.#waitMs);
    return elapsed % this.#waitMs;
  }
}
