import { readFile } from 'node:fs/promises';
import { ticksOf } from '../bench/cpu-time.ts';
import type { Measured } from '../bench/variants/variant.ts';

/** What one process used, over time. */
export interface ProcessUse {
  readonly name: string;
  readonly samples: readonly UseSample[];
}

export interface UseSample {
  /** Ms since the epoch. */
  readonly at: number;
  /** Resident memory. */
  readonly rssMB: number;
  /** CPU time so far. */
  readonly cpuUs: number;
}

const US_PER_TICK = 10_000;
const SAMPLE_EVERY_MS = 1_000;
const KB_PER_MB = 1_024;

/** Samples processes once a second until `stop`, which may be called again. Where the system tells nothing of them (no procfs) there are no samples. */
export function watchProcesses(processes: () => readonly Measured[]) {
  const uses = new Map<string, UseSample[]>();
  const sample = async (): Promise<void> => {
    for (const { name, pid } of processes()) {
      const seen = await useOf(pid);
      if (!seen) continue;
      const known = uses.get(name);
      if (known) known.push(seen);
      else uses.set(name, [seen]);
    }
  };
  let sampling = sample();
  const timer = setInterval(() => {
    sampling = sampling.then(sample);
  }, SAMPLE_EVERY_MS);
  return {
    async stop(): Promise<ProcessUse[]> {
      clearInterval(timer);
      await sampling;
      await sample();
      return [...uses].map(([name, samples]) => ({ name, samples }));
    },
  };
}

async function useOf(pid: number): Promise<UseSample | undefined> {
  try {
    const [stat, status] = await Promise.all(
      ['stat', 'status'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8')),
    );
    const [, rss] = /^VmRSS:\s+(\d+) kB/m.exec(status ?? '') ?? [];
    return { at: Date.now(), rssMB: Number(rss) / KB_PER_MB, cpuUs: ticksOf(stat ?? '') * US_PER_TICK };
  } catch {
    // It has ended, or there is no procfs.
    return undefined;
  }
}

/** CPU time between the first and the last sample, per order; undefined without orders or samples. */
export function cpuPerOrder({ samples }: ProcessUse, orders: number): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  return first && last && orders > 0 ? (last.cpuUs - first.cpuUs) / orders : undefined;
}

/** Over less than that, every slope is a fresh heap that finds its size. */
const SLOPE_FROM_MS = 5 * 60_000;

/**
 * How fast the memory grows, MB per hour, by least squares. The first third is left out: a fresh process grows until its
 * heap has found its size. Undefined when what is left is shorter than five minutes.
 */
export function rssSlope({ samples }: ProcessUse): number | undefined {
  const settled = samples.slice(Math.floor(samples.length / 3));
  const [first, last] = [settled[0], settled.at(-1)];
  if (!first || !last || last.at - first.at < SLOPE_FROM_MS) return undefined;
  const points = settled.map(({ at, rssMB }) => ({ x: (at - first.at) / 3_600_000, y: rssMB }));
  const meanOf = (read: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + read(point), 0) / points.length;
  const [meanX, meanY] = [meanOf(({ x }) => x), meanOf(({ y }) => y)];
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  return spread > 0 ? points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread : undefined;
}
