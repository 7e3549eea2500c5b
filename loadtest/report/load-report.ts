import { type Machine, machineText } from '../bench/machine.ts';
import type { Judged, Percentiles, Summary } from '../k6/summary-text.ts';
import { cpuPerOrder, type ProcessUse, rssSlope } from '../run/process-use.ts';

/** Everything that a report tells, and nothing that is not in it is in the report. */
export interface LoadReport {
  readonly run: string;
  /** `steady` */
  readonly profile: string;
  /** `npm run load -- steady --rate 50` */
  readonly command: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly seconds: number;
  /** `its own stack: 1 kitchen, metrics` */
  readonly target: string;
  readonly k6: string;
  readonly machine: Machine;
  readonly summary: Summary;
  /** The audit after the run. */
  readonly verdict: Verdict;
  readonly uses: readonly ProcessUse[];
  readonly passed: boolean;
}

export interface Verdict {
  /** Undefined: not audited; the lines say why. */
  readonly clean: boolean | undefined;
  /** One line each. */
  readonly lines: readonly string[];
}

/** A table: head, then rows. */
export type Table = readonly (readonly string[])[];

export interface Section {
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly table?: Table;
  /** Shown as it is. */
  readonly lines?: readonly string[];
  /** Names of pictures. */
  readonly charts?: readonly string[];
}

function auditTitle({ clean }: Verdict): string {
  if (clean === undefined) return 'not done';
  return clean ? 'clean, every accepted order accounted for' : 'violations';
}

const number = (value: number, digits = 0): string => (Number.isFinite(value) ? value.toFixed(digits) : '–');
const ms = (value: number): string => number(value, value < 10 ? 1 : 0);
const times = (name: string, { p50, p95, p99, max }: Percentiles): string[] => [name, ...[p50, p95, p99, max].map(ms)];

/** The report's text, section by section: Markdown and HTML only dress it. */
export function sectionsOf(report: LoadReport): Section[] {
  const { summary, verdict, uses } = report;
  const { orders, followed, answer, timeToReady, slowest, breakpoint } = summary;
  return [
    {
      title: `${report.profile}: ${report.passed ? 'passed' : 'failed'}`,
      paragraphs: [
        `${report.command} — ${report.startedAt}, ${number(report.seconds)} s, against ${report.target}, by ${report.k6}.`,
        ...machineText(report.machine).split('\n'),
        ...(breakpoint ? [breakpointText(breakpoint)] : []),
      ],
    },
    {
      title: 'Orders',
      paragraphs: [
        `${orders.accepted} accepted, ${orders.refused} refused with Retry-After, ${orders.failed} failed, ${orders.doubled} doubled; k6 dropped ${orders.dropped}.`,
        `Of the followed ones ${followed.ready} became ready, ${followed.cancelled} were cancelled, ${followed.timeout} timed out, ${followed.lost} were lost.`,
        ...(slowest ? [`The slowest took ${slowest.tookMs} ms: trace ${slowest.traceId}.`] : []),
      ],
      table: [['ms', 'p50', 'p95', 'p99', 'max'], times('answer', answer), times('time to ready', timeToReady)],
      charts: ['rate', 'latency', 'time-to-ready', 'outcome'],
    },
    {
      title: `Audit: ${auditTitle(verdict)}`,
      paragraphs: [],
      lines: verdict.lines,
    },
    { title: 'Thresholds', paragraphs: [], table: thresholdTable(summary.thresholds) },
    ...(uses.length > 0
      ? [
          {
            title: 'Processes',
            paragraphs: [
              'The slope of the memory leaves out the first third of the run, in which a fresh process finds its size; it takes 8 minutes to tell.',
            ],
            table: useTable(uses, orders.accepted),
            charts: ['memory', 'cpu'],
          },
        ]
      : []),
  ];
}

const breakpointText = ({ held, missed }: NonNullable<Summary['breakpoint']>): string =>
  `Breakpoint: ${held === undefined ? 'not even the first rate held' : `every SLO held at ${held} orders/s`}${
    missed ? `; at ${missed.rate}/s missed: ${missed.thresholds.join(', ') || 'the rate itself'}` : ''
  }.`;

const thresholdTable = (thresholds: readonly Judged[]): Table => [
  ['threshold', ''],
  ...thresholds
    .filter(({ threshold }) => !threshold.endsWith(': max>=0'))
    .map(({ threshold, ok }) => [threshold, ok ? 'held' : 'MISSED']),
];

function useTable(uses: readonly ProcessUse[], orders: number): Table {
  const rows = uses.map((use) => {
    const slope = rssSlope(use);
    return [
      use.name,
      number(cpuPerOrder(use, orders) ?? Number.NaN),
      number(use.samples[0]?.rssMB ?? Number.NaN),
      number(use.samples.at(-1)?.rssMB ?? Number.NaN),
      slope === undefined ? '–' : `${slope > 0 ? '+' : ''}${slope.toFixed(1)}`,
    ];
  });
  const total = uses.reduce((sum, use) => sum + (cpuPerOrder(use, orders) ?? 0), 0);
  return [
    ['process', 'CPU µs per order', 'MB at start', 'MB at end', 'MB per hour'],
    ...rows,
    ['all', number(total), '', '', ''],
  ];
}
