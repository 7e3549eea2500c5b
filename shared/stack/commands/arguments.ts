import { InvalidArgumentError } from 'commander';
import { parseDuration } from '#shared/contracts/duration.ts';

/** A whole number of at most ten digits. */
export const wholeNumber =
  (least: number) =>
  (text: string): number => {
    if (/^\d{1,10}$/.test(text) && Number(text) >= least) return Number(text);
    throw new InvalidArgumentError(`Give a whole number from ${least}.`);
  };

/** `30s` in ms. */
export function milliseconds(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('Write it like 500ms, 30s or 10m.');
  return ms;
}
