import { readFile } from 'node:fs/promises';
import type { Measured } from './variants/variant.ts';

const US_PER_TICK = 10_000;

/** CPU time used so far in us by process name; without those that the system reports nothing about. This process is `driver`. */
export async function cpuTimes(processes: readonly Measured[]): Promise<Map<string, number>> {
  const { user, system } = process.cpuUsage();
  const times = new Map([['driver', user + system]]);
  for (const { name, pid } of processes) {
    const used = await cpuTimeOf(pid);
    if (used !== undefined) times.set(name, used);
  }
  return times;
}

/** Per unit of work, what was used between two readings. */
export function cpuPer(units: number, before: Map<string, number>, after: Map<string, number>): Record<string, number> {
  return Object.fromEntries(
    [...after].flatMap(([name, used]) => {
      const start = before.get(name);
      return start === undefined ? [] : [[name, (used - start) / units]];
    }),
  );
}

/**
 * In us, its children included, those that ended too (a database answers each connection in a process of its own); undefined when
 * it has ended, or where there is no procfs.
 */
export async function cpuTimeOf(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const pids = children.split(' ').filter(Boolean).map(Number);
  const used = await Promise.all(pids.map(cpuTimeOf));
  return used.reduce<number>((sum, time = 0) => sum + time, ticksOf(stat) * US_PER_TICK);
}

/**
 * User and system ticks (1/100 s) of a line of proc(5) stat, and those of children that ended; the program's name in it may hold
 * spaces and brackets.
 */
export function ticksOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
}
