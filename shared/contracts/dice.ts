/**
 * Random numbers from a seed: the generator sfc32 (Chris Doty-Humphrey, PractRand). Streams of one seed are independent: with one
 * kind of fault switched off, the others stay as they were.
 */
export class Dice {
  #a: number;
  #b: number;
  #c = 0x9e3779b9;
  #count = 1;

  constructor(seed: number, stream = 0) {
    this.#a = seed | 0;
    this.#b = stream ^ Math.floor(seed / 2 ** 32);
    for (let mixed = 0; mixed < 12; mixed += 1) this.#draw();
  }

  /** 0 <= x < 1 */
  next(): number {
    return this.#draw() / 2 ** 32;
  }

  /** True with this probability; at 0 nothing is drawn. */
  chance(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }

  between(least: number, most: number): number {
    return least + this.next() * (most - least);
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[Math.floor(this.next() * from.length)] as T;
  }

  /** Exponentially distributed, at most ten times the mean. */
  around(mean: number): number {
    return Math.min(10, -Math.log(1 - this.next())) * mean;
  }

  #draw(): number {
    const sum = (this.#a + this.#b + this.#count++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
}
