import { type Chart, palette } from '#shared/report/line-chart.ts';
import type { Slice } from '../run/order-record.ts';
import type { ProcessUse, UseSample } from '../run/process-use.ts';

const PROCESS_COLOURS = ['#2a6fdb', '#2f9e5f', '#d9930d', '#d0342c', '#7a1fa2', '#0f8b9d', '#8a5a2b', '#5b6473'];

/** What happened to the orders of a run, over its time. */
export function orderCharts(slices: readonly Slice[]): Chart[] {
  const line = (name: string, colour: string, read: (slice: Slice) => number) => ({
    name,
    colour,
    points: slices.map((slice) => [slice.at, read(slice)] as const),
  });
  const percentiles = (of: 'answer' | 'toReady') =>
    (['p50', 'p99'] as const).map((name) => line(name, palette[name], (slice) => slice[of][name]));
  const answers = [
    line('accepted (202)', palette.ready, ({ answered }) => answered.accepted),
    line('refused (429, 503)', palette.cancelled, ({ answered }) => answered.refused),
    line('failed', palette.timeout, ({ answered }) => answered.failed),
  ];
  const outcomes = (['ready', 'cancelled', 'timeout', 'lost'] as const).map((name) =>
    line(name, palette[name], ({ ended }) => ended[name]),
  );
  const byPlaced = 'followed orders, by when they were placed';
  return [
    { name: 'rate', title: 'Answers', unit: 'orders/s', series: answers },
    { name: 'latency', title: 'How long an answer takes', unit: 'ms', series: percentiles('answer') },
    { name: 'time-to-ready', title: `Time to ready of ${byPlaced}`, unit: 'ms', series: percentiles('toReady') },
    { name: 'outcome', title: `Outcome of ${byPlaced}`, unit: 'orders/s', series: outcomes },
  ];
}

export function processCharts(uses: readonly ProcessUse[]): Chart[] {
  const start = Math.min(...uses.flatMap(({ samples }) => samples[0]?.at ?? []));
  const lines = (read: (sample: UseSample, last: UseSample) => number) =>
    uses.map(({ name, samples }, index) => ({
      name,
      colour: PROCESS_COLOURS[index % PROCESS_COLOURS.length] ?? palette.p50,
      points: samples.map((each, at) => [(each.at - start) / 1_000, read(each, samples[at - 1] ?? each)] as const),
    }));
  const cores = (sample: UseSample, last: UseSample) => (sample.cpuUs - last.cpuUs) / (sample.at - last.at) / 1_000;
  return [
    { name: 'memory', title: 'Resident memory', unit: 'MB', series: lines(({ rssMB }) => rssMB) },
    { name: 'cpu', title: 'Processors at work', unit: 'cores', series: lines(cores) },
  ];
}
