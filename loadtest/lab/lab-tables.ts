import type { Table } from '#shared/report/write-report.ts';
import { type Spread, spreadOf } from '../bench/percentile.ts';
import { type Figure, figuresOf, ratios, spreadIn } from './figures.ts';
import { PEER } from './subjects.ts';

export interface LabTable {
  readonly title: string;
  readonly table: Table;
}

/** What a measure says, in the words of the tables; others are shown by their names. */
const WORDS: Readonly<Record<string, string>> = {
  'foreign-fields': 'fields of other domains in events',
  'known-event-types': 'event types known by the best-informed service',
  'longest-path': 'events on the longest way to ready',
  'messages-per-order': 'messages per order',
  'bytes-per-order': 'bytes per order',
  'changed-by-requirement': 'declarations changed by one more requirement',
  'changed-by-field': 'declarations changed by one more field of the order',
  'orders-per-second': 'orders/s',
  'cpu-us-per-order': 'CPU us per order',
  'gain-2-replicas': 'orders/s with 2 of the busiest service, times alone',
  'gain-4-replicas': 'with 4',
};

/** Compared with the peer's of the same round, too. */
const COMPARED = ['orders-per-second', 'cpu-us-per-order'];

/** A table per scenario: a row per measure, a column per pattern; median over the rounds (least..most). */
export const tablesOf = (figures: readonly Figure[]): LabTable[] =>
  [...Map.groupBy(figures, ({ scenario }) => scenario)].map(([title, own]) => ({ title, table: tableOf(own) }));

function tableOf(figures: readonly Figure[]): Table {
  const patterns = [...new Set(figures.map(({ pattern }) => pattern))];
  const [scenario = ''] = figures.map((figure) => figure.scenario);
  const measures = [...new Set(figures.map(({ measure }) => measure))];
  const rows = measures.flatMap((measure) => {
    const spreads = patterns.map((pattern) => spreadIn(figures, { pattern, measure }));
    const row = [WORDS[measure] ?? measure, ...spreads.map(spreadText)];
    const isCompared = COMPARED.includes(measure) && figuresOf(figures, { pattern: PEER, measure }).length > 0;
    if (!isCompared) return [row];
    const compared = patterns.map((pattern) => {
      const values = ratios(figures, { pattern, scenario, measure }, PEER);
      return spreadText(spreadOf(values));
    });
    return [row, [`  times ${PEER}`, ...compared]];
  });
  return [['', ...patterns], ...rows];
}

function spreadText({ median, min, max }: Spread): string {
  if (Number.isNaN(median)) return '–';
  return min === max ? digits(median) : `${digits(median)} (${digits(min)}..${digits(max)})`;
}

/** Whole where it is large; else up to two decimals. */
const digits = (value: number): string => String(Number(value.toFixed(value < 10 ? 2 : 0)));
