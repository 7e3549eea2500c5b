/**
 * The entries that were written last: `least` of them at least, twice as many at most. Two generations, of which the older
 * is dropped as a whole: taking the oldest out of one map gets slower and slower.
 */
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
