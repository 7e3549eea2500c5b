/** One thing that had to hold, and whether it did. */
export interface Check {
  readonly name: string;
  readonly passed: boolean;
  /** What was found: figures, or the orders that are wrong. */
  readonly detail: string;
}

/** So many of what was found are named. */
export const SHOWN = 3;

/** Passes when nothing was found; names the first of what was. */
export const noneOf = (name: string, found: readonly string[], fine = 'none'): Check => ({
  name,
  passed: found.length === 0,
  detail:
    found.length === 0
      ? fine
      : `${found.length}: ${found.slice(0, SHOWN).join('; ')}${found.length > SHOWN ? '; …' : ''}`,
});
