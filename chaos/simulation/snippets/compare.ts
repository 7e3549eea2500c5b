import { table } from '#shared/report/table.ts';
import type { Verdict } from '../recording.ts';
import { type SimulateOptions, simulateMany } from '../simulate-many.ts';
import { type Wrong, wrongs } from '../wrong-orders.ts';
import { snippets } from './snippets.ts';

/** What is wrong -> in how many orders, and the first seed that shows it. */
type Row = Map<Wrong, { readonly orders: number; readonly seed: number }>;

const OURS = 'ours';

/** Each snippet, and then the kitchen itself, on the same seeds. Name -> its row. */
export async function compareSnippets(options: Omit<SimulateOptions, 'onVerdict'>, onRun: () => void) {
  const rows = new Map<string, Row>();
  for (const kitchen of [...snippets.map(({ name }) => name), undefined]) {
    const row: Row = new Map();
    const onVerdict = (verdict: Verdict) => {
      onRun();
      add(row, verdict);
    };
    const first = { ...options.first, ...(kitchen !== undefined && { kitchen }) };
    await simulateMany({ ...options, first, onVerdict });
    rows.set(kitchen ?? OURS, row);
  }
  return rows;
}

function add(row: Row, { seed, wrong }: Verdict): void {
  for (const [name, ids] of Object.entries(wrong) as [Wrong, readonly string[]][]) {
    if (ids.length === 0) continue;
    const { orders, seed: first } = row.get(name) ?? { orders: 0, seed };
    row.set(name, { orders: orders + ids.length, seed: Math.min(first, seed) });
  }
}

export const isClean = (rows: ReadonlyMap<string, Row>): boolean => rows.get(OURS)?.size === 0;

export function describeRows(rows: ReadonlyMap<string, Row>): string {
  const columns = Object.keys(wrongs) as Wrong[];
  const cell = (row: Row, wrong: Wrong): string => {
    const { orders, seed } = row.get(wrong) ?? { orders: 0 };
    return seed === undefined ? '0' : `${orders.toLocaleString('en')} (${seed})`;
  };
  return table(
    ['orders (first seed)', ...columns],
    [...rows].map(([name, row]) => [name, ...columns.map((wrong) => cell(row, wrong))]),
  );
}
