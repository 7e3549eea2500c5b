import { InvalidArgumentError } from 'commander';
import { parseDuration } from '#shared/contracts/duration.ts';
import { childEnvironment } from '#shared/runtime/settings.ts';

/** A whole number of at most ten digits. */
export const wholeNumber =
  (least: number, most?: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d{1,10}$/.test(text) && value >= least && value <= (most ?? value)) return value;
    throw new InvalidArgumentError(`Give a whole number from ${least}${most === undefined ? '' : ` to ${most}`}.`);
  };

/** `30s` in ms. */
export function milliseconds(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('Write it like 500ms, 30s or 10m.');
  return ms;
}

/** What the user types to call a script of package.json; beside containers tool.sh says that it is called otherwise. */
export const calledAs = (script: string): string => childEnvironment({}).CALLED_AS ?? `npm run ${script} --`;
