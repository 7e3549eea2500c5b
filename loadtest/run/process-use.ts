import { readFile } from 'node:fs/promises';
import { sum } from '#shared/audit/finding.ts';
import { cpuTimeOf } from '../bench/cpu-time.ts';
import type { Measured } from '../bench/variants/variant.ts';

export interface ProcessUse {
  readonly name: string;
  readonly samples: readonly UseSample[];
}

export interface UseSample {
  /** Ms since the epoch. */
  readonly at: number;
  readonly rssMB: number;
  readonly cpuUs: number;
}

const SAMPLE_EVERY_MS = 1_000;
const KB_PER_MB = 1_024;

/** Samples processes once a second until `stop`, which may be called again. Without procfs there are no samples. */
export function watchProcesses(processes: () => readonly Measured[]) {
  const uses = new Map<string, UseSample[]>();
  const sample = async (): Promise<void> => {
    for (const { name, pid } of processes()) {
      const seen = await useOf(pid);
      if (seen) uses.set(name, [...(uses.get(name) ?? []), seen]);
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
  // Empty once it has ended, or where there is no procfs.
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, rss] = /^VmRSS:\s+(\d+) kB/m.exec(status) ?? [];
  const cpuUs = await cpuTimeOf(pid);
  return rss && cpuUs !== undefined ? { at: Date.now(), rssMB: Number(rss) / KB_PER_MB, cpuUs } : undefined;
}

/** CPU time between the first and the last sample, per order; undefined without orders or samples. */
export function cpuPerOrder({ samples }: ProcessUse, orders: number): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  return first && last && orders > 0 ? (last.cpuUs - first.cpuUs) / orders : undefined;
}

/** Over less than that, the slope is that of a fresh heap. */
const SLOPE_FROM_MS = 5 * 60_000;

/** How fast the memory grows, MB per hour, by least squares over the last two thirds. Undefined when these are shorter than five minutes. */
export function rssSlope({ samples }: ProcessUse): number | undefined {
  const settled = samples.slice(Math.floor(samples.length / 3));
  const [first, last] = [settled[0], settled.at(-1)];
  if (!first || !last || last.at - first.at < SLOPE_FROM_MS) return undefined;
  const hours = settled.map(({ at }) => (at - first.at) / 3_600_000);
  const mean = sum(hours) / hours.length;
  const spread = sum(hours.map((x) => (x - mean) ** 2));
  return sum(settled.map(({ rssMB }, n) => ((hours[n] ?? 0) - mean) * rssMB)) / spread;
}
