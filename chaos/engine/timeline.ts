export interface Entry {
  /** Ms since the epoch. */
  readonly at: number;
  readonly kind: 'phase' | 'fault' | 'rollback' | 'alert' | 'note';
  readonly text: string;
}

/** Keeps what happens, and says it at once. */
export class Timeline {
  readonly entries: Entry[] = [];
  readonly begun = Date.now();
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  add(kind: Entry['kind'], text: string): void {
    const at = Date.now();
    this.entries.push({ at, kind, text });
    this.#say(`${`+${((at - this.begun) / 1_000).toFixed(1)} s`.padStart(9)}  ${kind.padEnd(8)}  ${text}`);
  }
}
