import { notWhole, type Standing } from './standing.ts';

/** Which epoch a memory store is in, and who writes it meanwhile. */
export class MemoryEpoch {
  #epoch: { readonly is: 'none' | 'whole' | 'rebuilding'; readonly nth: number } = { is: 'none', nth: 0 };
  #settledUpTo = 0;
  #leasedUntil = 0;

  /** The whole store's. @throws Unavailable with NotWhole as its cause while it is not */
  get current(): string {
    if (this.#epoch.is !== 'whole') throw notWhole(this.standing.is);
    return `whole:${this.#epoch.nth}`;
  }

  get standing(): Standing {
    const { is } = this.#epoch;
    return { is: is === 'none' ? 'wiped' : is, settledUpTo: this.#settledUpTo };
  }

  noteSettled(sequence: number): void {
    if (this.current) this.#settledUpTo = sequence;
  }

  wipe(): void {
    this.#epoch = { is: 'none', nth: this.#epoch.nth };
    this.#settledUpTo = 0;
    this.#leasedUntil = 0;
  }

  /** Resolves with the writer's own part; undefined when it is not to begin. */
  begin(now: number, leaseMs: number) {
    const { is, settledUpTo } = this.standing;
    if (is === 'whole' || now < this.#leasedUntil) return undefined;
    const mine = { is: 'rebuilding', nth: this.#epoch.nth + 1 } as const;
    this.#epoch = mine;
    this.#leasedUntil = now + leaseMs;
    const check = (): string => {
      if (this.#epoch !== mine) throw notWhole('wiped');
      return `rebuilding:${mine.nth}`;
    };
    return {
      cause: is,
      settledUpTo,
      check,
      renew: (at: number, ms: number) => {
        if (check()) this.#leasedUntil = at + ms;
      },
      complete: (settled: number) => {
        if (check()) this.#epoch = { is: 'whole', nth: mine.nth };
        this.#settledUpTo = settled;
        this.#leasedUntil = 0;
      },
      abandon: () => {
        if (this.#epoch === mine) this.#leasedUntil = 0;
      },
    };
  }
}
