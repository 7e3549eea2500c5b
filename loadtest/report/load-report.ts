import type { Block, Section, Table } from '#shared/report/write-report.ts';
import { type Machine, machineText } from '../bench/machine.ts';
import { breakpointText, type Percentiles, type Summary } from '../k6/summary-text.ts';
import type { Slice } from '../run/order-record.ts';
import { cpuPerOrder, type ProcessUse, rssSlope } from '../run/process-use.ts';
import { orderCharts, processCharts } from './charts.ts';

/** What is known of a run: the JSON report, and what page and Markdown are written from. */
export interface LoadReport {
  readonly run: string;
  readonly profile: string;
  readonly command: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly seconds: number;
  /** `its own stack: 1 kitchen, metrics` */
  readonly target: string;
  readonly k6: string;
  readonly machine: Machine;
  readonly summary: Summary;
  readonly verdict: Verdict;
  readonly passed: boolean;
}

/** Of the audit after the run. */
export interface Verdict {
  /** Undefined: not audited; the lines say why. */
  readonly clean: boolean | undefined;
  readonly lines: readonly string[];
}

/** `uses` may be empty: nothing is known of the processes of a `--target`. */
export function sectionsOf(report: LoadReport, slices: readonly Slice[], uses: readonly ProcessUse[]): Section[] {
  const { summary, verdict, command, startedAt, seconds, target, k6 } = report;
  const judged = verdict.clean ? 'clean, every accepted order accounted for' : 'violations';
  const audited = verdict.clean === undefined ? 'not done' : judged;
  return [
    {
      title: `${report.profile}: ${report.passed ? 'passed' : 'failed'}`,
      blocks: [
        `\`${command}\`, ${startedAt}, ${seconds.toFixed(0)} s, against ${target}, by ${k6}.`,
        ...machineText(report.machine).split('\n'),
        ...(summary.breakpoint ? [`Breakpoint: ${breakpointText(summary.breakpoint)}.`] : []),
      ],
    },
    { title: 'Orders', blocks: [...ordersOf(summary), ...orderCharts(slices)] },
    { title: `Audit: ${audited}`, blocks: [{ lines: verdict.lines }] },
    { title: 'Thresholds', blocks: [{ table: thresholdTable(summary) }] },
    ...(uses.length > 0 ? [processes(uses, summary.orders.accepted)] : []),
  ];
}

function ordersOf({ orders, followed, answer, timeToReady, slowest }: Summary): Block[] {
  const times = (name: string, { p50, p95, p99, max }: Percentiles) => [
    name,
    ...[p50, p95, p99, max].map((ms) => ms.toFixed(ms < 10 ? 1 : 0)),
  ];
  return [
    `${orders.accepted} accepted, ${orders.refused} refused with Retry-After, ${orders.failed} failed, ${orders.doubled} doubled; k6 dropped ${orders.dropped}.`,
    `Of the followed ones ${followed.ready} became ready, ${followed.cancelled} were cancelled, ${followed.timeout} timed out, ${followed.lost} were lost.`,
    ...(slowest ? [`The slowest took ${slowest.tookMs} ms: trace ${slowest.traceId}.`] : []),
    { table: [['ms', 'p50', 'p95', 'p99', 'max'], times('answer', answer), times('time to ready', timeToReady)] },
  ];
}

/** Without those that are always met: they only make k6 keep figures. */
const thresholdTable = ({ thresholds }: Summary): Table => [
  ['threshold', ''],
  ...thresholds
    .filter(({ threshold }) => !threshold.endsWith(': max>=0'))
    .map(({ threshold, ok }) => [threshold, ok ? 'held' : 'MISSED']),
];

function processes(uses: readonly ProcessUse[], orders: number): Section {
  const number = (value: number | undefined) => value?.toFixed(0) ?? '–';
  const slopeText = (slope: number | undefined) =>
    slope === undefined ? '–' : `${slope > 0 ? '+' : ''}${slope.toFixed(1)}`;
  const rows = uses.map((use) => {
    const [first, last] = [use.samples[0], use.samples.at(-1)].map((sample) => number(sample?.rssMB));
    return [use.name, number(cpuPerOrder(use, orders)), first ?? '', last ?? '', slopeText(rssSlope(use))];
  });
  const total = uses.reduce((sum, use) => sum + (cpuPerOrder(use, orders) ?? 0), 0);
  const head = ['process', 'CPU µs per order', 'MB at start', 'MB at end', 'MB per hour'];
  return {
    title: 'Processes',
    blocks: [
      'MB per hour leaves out the first third of the run, in which the heap of a fresh process grows; it needs a run of 8 minutes.',
      { table: [head, ...rows, ['all', number(total), '', '', '']] },
      ...processCharts(uses),
    ],
  };
}
