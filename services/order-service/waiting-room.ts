export interface WaitingRoomOptions {
  /** How long an order may have to wait for the stream. Ms. */
  readonly waitMs?: number;
  /** So many may wait whatever was measured: a burst out of the blue is no overload. */
  readonly least?: number;
  /** And so many at most: some MB. */
  readonly most?: number;
  /** Ms that never run backwards. */
  readonly monotonic?: () => number;
}

/**
 * How many orders may wait for the stream at once: as many as the stream took within the last `waitMs`. So by Little's
 * law an order waits for about that long, on a fast machine and on a slow one, and whoever comes when the room is full is
 * told at once to come again, instead of waiting in memory for an answer that comes too late.
 */
export class WaitingRoom {
  readonly #waitMs: number;
  readonly #least: number;
  readonly #most: number;
  readonly #monotonic: () => number;
  #waiting = 0;
  /** Orders taken in the window under way, and in the one before. */
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

  /** False: full, and nobody has come in. */
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

  /** Ms of the window under way; begins the next one when it is over. */
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
