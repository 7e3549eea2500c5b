import type { Table } from '#shared/report/write-report.ts';
import { type Spread, spreadOf } from '../../bench/percentile.ts';
import type { Judgement } from '../claims/claim.ts';
import type { Comparison, Gap } from '../comparison.ts';
import { type Figure, ratios, spreadIn } from '../figures.ts';

export interface LabTable {
  readonly title: string;
  readonly scenarios: readonly string[];
  readonly table: Table;
  /** Rows that are 0 for every subject are named here instead. */
  readonly zero: readonly string[];
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
  servers: 'server programs besides NATS',
  'store-calls-per-order': 'store calls per order',
  'store-ms-per-order': 'ms in store calls per order, all services together',
  'store-bytes-per-order': 'bytes per order at rest in the stores',
  'unbalanced-scrapes': 'scrapes of which the funnel does not balance',
};

/** Compared with the peer's of the same round, too. */
const COMPARED = ['orders-per-second', 'cpu-us-per-order'];

/** Who is compared with whom, and what does not apply to whom. */
export interface Compared extends Pick<Comparison, 'peer'> {
  readonly gaps: readonly Gap[];
}

/** A row per measure, a column per subject; median over the rounds (least..most). */
export function tablesOf(figures: readonly Figure[], compared: Compared): LabTable[] {
  const all = [...new Set(figures.map(({ subject }) => subject))];
  return [...Map.groupBy(figures, ({ scenario }) => titleOf(scenario))].map(([title, own]) => {
    const measures = Map.groupBy(own, ({ scenario, measure }) => `${scenario} ${measure}`).values();
    const rows = [...measures].map((some) => ({
      asked: some[0] as Figure,
      isZero: some.every(({ value }) => value === 0),
    }));
    const shown = rows.filter(({ isZero }) => !isZero).map(({ asked }) => asked);
    const zero = rows.filter(({ isZero }) => isZero).map(({ asked }) => nameOf(asked).trim());
    return {
      title,
      scenarios: [...new Set(own.map(({ scenario }) => scenario))],
      table: tableOf(own, shown, { ...compared, all }),
      zero,
    };
  });
}

const titleOf = (scenario: string): string => TITLES[scenario] ?? (isRate(scenario) ? AT_RATES : `Struck: ${scenario}`);
const isRate = (scenario: string): boolean => scenario.endsWith('/s');

const nameOf = ({ scenario, measure }: Row): string =>
  (WORDS[measure] ?? measure.replace(/^(cpu-us|foreign-fields)-/, '  of them ')) +
  (isRate(scenario) ? ` at ${scenario}` : '');

type Row = Pick<Figure, 'scenario' | 'measure'>;
type Columns = Compared & { readonly all: readonly string[] };

function tableOf(figures: readonly Figure[], rows: readonly Row[], { peer, gaps, all }: Columns): Table {
  const gapOf = (subject: string, scenario: string) =>
    gaps.some((gap) => gap.subject === subject && gap.scenario === scenario);
  const without = gaps.filter(({ scenario }) => figures.some((figure) => figure.scenario === scenario));
  const known = new Set([...figures, ...without].map(({ subject }) => subject));
  const subjects = all.filter((subject) => known.has(subject));
  const body = rows.flatMap(({ scenario, measure }) => {
    const cells = (valuesOf: (subject: string) => Spread) =>
      subjects.map((subject) => (gapOf(subject, scenario) ? 'not applicable' : spreadText(valuesOf(subject))));
    const asked = { scenario, measure };
    const values = [nameOf(asked), ...cells((subject) => spreadIn(figures, { subject, ...asked }))];
    if (!COMPARED.includes(measure) || !subjects.includes(peer)) return [values];
    const compared = cells((subject) => spreadOf(ratios(figures, { subject, ...asked }, peer)));
    return [values, [`  times ${peer}`, ...compared]];
  });
  return [['', ...subjects], ...body];
}

function spreadText({ median, min, max }: Spread): string {
  if (Number.isNaN(median)) return '–';
  return min === max ? digits(median) : `${digits(median)} (${digits(min)}..${digits(max)})`;
}

/** Whole where it is large; else up to two decimals. */
const digits = (value: number): string => String(Number(value.toFixed(value < 10 ? 2 : 0)));

/** No line, or one. */
export const zeroText = (names: readonly string[]): string[] =>
  names.length > 0 ? [`0 for each: ${names.join(', ')}`] : [];

export const gapText = ({ subject, scenario, why }: Gap): string =>
  `${scenario} is not applicable to ${subject}: it ${why}.`;

/** The longest cell first: only the first column is read from the left. */
export const claimsTable = (claims: readonly Judgement[]): Table => [
  ['claim, and what was found', 'of', '', 'verdict'],
  ...claims.map(({ claim: { subject, is, says }, verdict, why }) => [`**${says}** ${why}`, subject, is, verdict]),
];
