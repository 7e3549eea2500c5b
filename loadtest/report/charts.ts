import type { Slice } from '../run/order-record.ts';
import type { ProcessUse } from '../run/process-use.ts';
import type { Chart, Series } from './line-chart.ts';

/** As the dashboards have them: green is good, red is bad. */
const colour = {
  good: '#2f9e5f',
  cancelled: '#d9930d',
  bad: '#d0342c',
  worst: '#7a1fa2',
  usual: '#2a6fdb',
  tail: '#8fb4ee',
} as const;
const PROCESS_COLOURS = [
  '#2a6fdb',
  '#2f9e5f',
  '#d9930d',
  '#d0342c',
  '#7a1fa2',
  '#0f8b9d',
  '#8a5a2b',
  '#5b6473',
] as const;

type Read = (slice: Slice) => number;
const over = (slices: readonly Slice[], name: string, paint: string, read: Read): Series => ({
  name,
  colour: paint,
  points: slices.map((slice) => [slice.at, read(slice)]),
});

/** The pictures of a run, each under the name of its file. */
export function chartsOf(slices: readonly Slice[], uses: readonly ProcessUse[]): Record<string, Chart> {
  const line = (name: string, paint: string, read: Read) => over(slices, name, paint, read);
  return {
    rate: {
      title: 'Answers',
      unit: 'orders/s',
      series: [
        line('accepted (202)', colour.good, ({ answered }) => answered.accepted),
        line('refused (429, 503)', colour.cancelled, ({ answered }) => answered.refused),
        line('failed', colour.bad, ({ answered }) => answered.failed),
      ],
    },
    latency: {
      title: 'How long an answer takes',
      unit: 'ms',
      series: [
        line('p50', colour.usual, ({ answer }) => answer.p50),
        line('p99', colour.tail, ({ answer }) => answer.p99),
      ],
    },
    'time-to-ready': {
      title: 'Time to ready of followed orders, by when they were placed',
      unit: 'ms',
      series: [
        line('p50', colour.usual, ({ toReady }) => toReady.p50),
        line('p99', colour.tail, ({ toReady }) => toReady.p99),
      ],
    },
    outcome: {
      title: 'What became of followed orders, by when they were placed',
      unit: 'orders/s',
      series: [
        line('ready', colour.good, ({ ended }) => ended.ready),
        line('cancelled', colour.cancelled, ({ ended }) => ended.cancelled),
        line('timeout', colour.bad, ({ ended }) => ended.timeout),
        line('lost', colour.worst, ({ ended }) => ended.lost),
      ],
    },
    ...(uses.length > 0 && { memory: memoryChart(uses), cpu: cpuChart(uses) }),
  };
}

const startOf = (uses: readonly ProcessUse[]): number =>
  Math.min(...uses.flatMap(({ samples }) => samples[0]?.at ?? []));

function memoryChart(uses: readonly ProcessUse[]): Chart {
  const start = startOf(uses);
  const series = uses.map(({ name, samples }, index) => ({
    name,
    colour: PROCESS_COLOURS[index % PROCESS_COLOURS.length] ?? colour.usual,
    points: samples.map(({ at, rssMB }) => [(at - start) / 1_000, rssMB] as const),
  }));
  return { title: 'Resident memory', unit: 'MB', series };
}

function cpuChart(uses: readonly ProcessUse[]): Chart {
  const start = startOf(uses);
  const series = uses.map(({ name, samples }, index) => ({
    name,
    colour: PROCESS_COLOURS[index % PROCESS_COLOURS.length] ?? colour.usual,
    points: samples.slice(1).map(({ at, cpuUs }, before) => {
      const last = samples[before];
      return [(at - start) / 1_000, last ? (cpuUs - last.cpuUs) / (at - last.at) / 1_000 : Number.NaN] as const;
    }),
  }));
  return { title: 'Processors at work', unit: 'cores', series };
}
