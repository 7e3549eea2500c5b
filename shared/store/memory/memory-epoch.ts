import { notWhole } from '../not-whole.ts';
import type { Health } from '../store.ts';

type Epoch = { readonly is: Health['is']; readonly nth: number };

/** Which epoch a memory store is in, and who writes it meanwhile. */
export class MemoryEpoch {
  #epoch: Epoch = { is: 'wiped', nth: 0 };
  #checkpoint = 0;
  #leasedUntil = 0;

  /** @throws Unavailable, with NotWhole as its cause, while the store is not whole */
  get current(): string {
    if (this.#epoch.is !== 'whole') throw notWhole(this.#epoch.is);
    return `whole:${this.#epoch.nth}`;
  }

  get health(): Health {
    return { is: this.#epoch.is, checkpoint: this.#checkpoint };
  }

  checkpoint(sequence: number): void {
    if (this.current) this.#checkpoint = sequence;
  }

  /** Comes up again with what was kept; whoever was writing has to begin anew. */
  restart({ is, checkpoint }: Health): void {
    this.#epoch = { is: is === 'whole' ? 'restarted' : is, nth: this.#epoch.nth };
    this.#checkpoint = checkpoint;
    this.#leasedUntil = 0;
  }

  /** The writer's own part; undefined when it is not to begin. */
  begin(now: number, leaseMs: number) {
    const { is, checkpoint } = this.health;
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
      from: checkpoint,
      check,
      renew: (at: number, ms: number) => {
        if (check()) this.#leasedUntil = at + ms;
      },
      checkpoint: (sequence: number) => {
        if (check()) this.#checkpoint = sequence;
      },
      complete: (sequence: number) => {
        if (check()) this.#epoch = { is: 'whole', nth: mine.nth };
        this.#checkpoint = sequence;
        this.#leasedUntil = 0;
      },
      abandon: () => {
        if (this.#epoch === mine) this.#leasedUntil = 0;
      },
    };
  }
}
