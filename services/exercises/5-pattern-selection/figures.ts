import { readFileSync } from 'node:fs';

/** The lab's figures, as its page has them. */

export const patterns = ['orchestration', 'choreography', 'aggregator', 'state-transfer'] as const;
export type PatternName = (typeof patterns)[number];

/** Of one pattern, over the runs of the lab. */
export interface Figure {
  readonly least: number;
  readonly most: number;
  /** As it stands in the table: `603..633`. */
  readonly text: string;
}

const page = new URL('../../../loadtest/lab/README.md', import.meta.url);

/** @throws when the table has no such row, or no such pattern */
export function figureOf(row: string, pattern: PatternName): Figure {
  const rows = tableOf(readFileSync(page, 'utf8'));
  const [head = []] = rows;
  const text = rows.find(([name]) => name === row)?.[head.indexOf(pattern)];
  if (!text) throw new Error(`loadtest/lab/README.md has no figure "${row}" of ${pattern}: name a row of its Results`);
  const [least = Number.NaN, most = least] = text.split('..').map((number) => Number(number.replaceAll(',', '')));
  return { least, most, text };
}

/** The rows of the Results, each as its cells; the first one has the patterns. */
function tableOf(text: string): string[][] {
  const [, results = ''] = text.split('\n## Results\n');
  const lines = results.split('\n').filter((line) => line.startsWith('|'));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
