/** The known name that a misspelt one probably means: the same letters but for case and separators, or nearly so. */
export function closestName(name: string, known: readonly string[]): string | undefined {
  const bare = bareName(name);
  // Longer names are no typing errors, and comparing them would cost for nothing.
  if (bare === '' || bare.length > 40) return undefined;
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(bare, bareName(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best && best.distance <= Math.min(3, Math.floor(best.candidate.length / 3)) ? best.candidate : undefined;
}

const bareName = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** Levenshtein: insertions, deletions and substitutions between two words. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= b.length; column++) {
      const substituted = (row[column - 1] ?? 0) + (letter === b[column - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
