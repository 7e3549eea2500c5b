import { parseDuration } from '#shared/contracts/duration.ts';

/** `30s` in ms. @throws Error for what is no duration */
export function msOf(duration: string): number {
  const ms = parseDuration(duration);
  if (ms === undefined) throw new Error(`"${duration}" is no duration: write it like 500ms, 30s or 2m`);
  return ms;
}
