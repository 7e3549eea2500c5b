import { hash } from 'node:crypto';

/** A number 0 <= x < 1, the same for the same seed and text, in whatever order numbers are drawn. */
export const chance = (seed: number, text: string): number =>
  Number.parseInt(hash('sha1', `${seed}:${text}`, 'hex').slice(0, 8), 16) / 2 ** 32;
