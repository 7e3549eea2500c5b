import type { Table } from '#shared/report/write-report.ts';
import { type Spread, spreadOf } from '../bench/percentile.ts';
import { type Figure, ratios, spreadIn } from './figures.ts';
import { PEER } from './subjects.ts';

export interface LabTable {
  readonly title: string;
  readonly scenarios: readonly string[];
  readonly table: Table;
}

const TITLES: Readonly<Record<string, string>> = {
  declarations: 'Coupling: what the declarations say',
  saturation: 'Healthy: as many orders as it can take',
};
const AT_RATES = 'Healthy: time to ready at a given rate';

/** What a measure says, in the words of the tables; others are shown by their names. */
const WORDS: Readonly<Record<string, string>> = {
  'foreign-fields': 'fields of other domains in events',
  'known-event-types': 'event types known by the best-informed service',
  'types-known-by-others': 'by the best-informed other than the one that decides',
  'event-types': 'event types',
  'asked-of-others': 'event types published by the one that decides, for other domains',
  'correlating-services': 'services that wait for several requirements',
  'deciding-services': 'services that may decide against an order',
  'steps-in-one-service': 'steps of an order that one service does, share',
  'longest-path': 'events on the longest way to ready',
  'messages-per-order': 'messages per order',
  'bytes-per-order': 'bytes per order',
  'changed-by-requirement': 'declarations changed by one more requirement',
  'changed-by-field': 'declarations changed by one more field of the order',
  'orders-per-second': 'orders/s',
  'cpu-us-per-order': 'CPU us per order',
  'gain-2-replicas': 'orders/s with 2 of the busiest service, times alone',
  'gain-4-replicas': 'orders/s with 4 of it, times alone',
  'p50-ms': 'p50 ms',
  'p99-ms': 'p99 ms',
};

/** Compared with the peer's of the same round, too. */
const COMPARED = ['orders-per-second', 'cpu-us-per-order'];

/** A row per measure, a column per pattern; median over the rounds (least..most). */
export const tablesOf = (figures: readonly Figure[]): LabTable[] =>
  [...Map.groupBy(figures, ({ scenario }) => titleOf(scenario))].map(([title, own]) => ({
    title,
    scenarios: [...new Set(own.map(({ scenario }) => scenario))],
    table: tableOf(own),
  }));

const titleOf = (scenario: string): string => TITLES[scenario] ?? (isRate(scenario) ? AT_RATES : `Struck: ${scenario}`);
const isRate = (scenario: string): boolean => scenario.endsWith('/s');

function tableOf(figures: readonly Figure[]): Table {
  const patterns = [...new Set(figures.map(({ pattern }) => pattern))];
  const rows = new Map(figures.map(({ scenario, measure }) => [`${scenario} ${measure}`, { scenario, measure }]));
  const row = (name: string, valuesOf: (pattern: string) => Spread) => [
    name,
    ...patterns.map((pattern) => spreadText(valuesOf(pattern))),
  ];
  const body = [...rows.values()].flatMap((asked) => {
    const { scenario, measure } = asked;
    const name =
      (WORDS[measure] ?? measure.replace(/^(cpu-us|foreign-fields)-/, '  of them ')) +
      (isRate(scenario) ? ` at ${scenario}` : '');
    const values = row(name, (pattern) => spreadIn(figures, { pattern, ...asked }));
    if (!COMPARED.includes(measure) || !patterns.includes(PEER)) return [values];
    const compared = row(`  times ${PEER}`, (pattern) => spreadOf(ratios(figures, { pattern, ...asked }, PEER)));
    return [values, compared];
  });
  return [['', ...patterns], ...body];
}

function spreadText({ median, min, max }: Spread): string {
  if (Number.isNaN(median)) return '–';
  return min === max ? digits(median) : `${digits(median)} (${digits(min)}..${digits(max)})`;
}

/** Whole where it is large; else up to two decimals. */
const digits = (value: number): string => String(Number(value.toFixed(value < 10 ? 2 : 0)));
