import { notWhole, type Standing } from './standing.ts';

type Epoch = { readonly is: Standing['is']; readonly nth: number };

/** Which epoch a memory store is in, and who writes it meanwhile. */
export class MemoryEpoch {
  #epoch: Epoch = { is: 'wiped', nth: 0 };
  #settledUpTo = 0;
  #leasedUntil = 0;

  /** The whole store's. @throws Unavailable with NotWhole as its cause while it is not */
  get current(): string {
    if (this.#epoch.is !== 'whole') throw notWhole(this.#epoch.is);
    return `whole:${this.#epoch.nth}`;
  }

  get standing(): Standing {
    return { is: this.#epoch.is, settledUpTo: this.#settledUpTo };
  }

  noteSettled(sequence: number): void {
    if (this.current) this.#settledUpTo = sequence;
  }

  wipe(): void {
    this.restart({ is: 'wiped', settledUpTo: 0 });
  }

  /** Comes up again with what was kept; whoever was writing has to begin anew. */
  restart({ is, settledUpTo }: Standing): void {
    this.#epoch = { is: is === 'whole' ? 'restarted' : is, nth: this.#epoch.nth };
    this.#settledUpTo = settledUpTo;
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
      noteSettled: (sequence: number) => {
        if (check()) this.#settledUpTo = sequence;
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
