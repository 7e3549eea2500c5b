import { colours as pc } from '#shared/report/colours.ts';
import type { Verdict } from './recording.ts';
import { type FaultKind, meaningOf } from './world/weather.ts';

export class Tally {
  runs = 0;
  orders = 0;
  steps = 0;
  lastedMs = 0;
  readonly outcomes = new Map<string, number>();
  readonly faults = new Map<string, number>();
  readonly crashPoints = new Map<string, number>();
  readonly interleavings = new Set<number>();
  readonly failed: Verdict[] = [];

  add(verdict: Verdict): void {
    this.runs += 1;
    this.orders += verdict.orders;
    this.steps += verdict.steps;
    this.lastedMs += verdict.lastedMs;
    addAll(this.outcomes, verdict.outcomes);
    addAll(this.faults, verdict.faults);
    addAll(this.crashPoints, verdict.crashPoints);
    for (const fingerprint of verdict.fingerprints) this.interleavings.add(fingerprint);
    if (verdict.violations.length > 0) this.failed.push(verdict);
  }

  get violations(): number {
    return this.failed.reduce((sum, { violations }) => sum + violations.length, 0);
  }

  /** The summary of a simulation that took so many seconds. */
  describe(seconds: number): string {
    const { orders, runs, steps, interleavings, violations } = this;
    const points = [...this.crashPoints].sort(([, a], [, b]) => a - b);
    const [rarest] = points.map(([point, count]) => `, the rarest "${point}" ${number(count)} times`);
    const crashes = points.reduce((sum, [, count]) => sum + count, 0);
    const faults = [...this.faults].map(
      ([kind, count]) => `  ${kind.padEnd(15)}${number(count).padStart(11)}  ${pc.dim(meaningOf(kind as FaultKind))}`,
    );
    return [
      `${pc.bold(number(orders))} orders in ${number(runs)} runs, ${number(orders / seconds)} orders/s, ${number(seconds)} s; ` +
        `${number(this.lastedMs / 3_600_000)} h of simulated time, ${number(steps)} port calls and deliveries`,
      `Outcomes: ${[...this.outcomes].map(([name, count]) => `${name} ${number(count)}`).join(', ')}`,
      `Interleavings: ${number(interleavings.size)} different ones`,
      `Crashes: ${number(crashes)} at ${points.length} different points${rarest ?? ''}`,
      'Faults:',
      ...faults,
      violations === 0
        ? pc.green('0 violations')
        : pc.red(`${number(violations)} violations in ${number(this.failed.length)} runs`),
    ].join('\n');
  }
}

const number = (value: number): string => Math.round(value).toLocaleString('en');

function addAll(sums: Map<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) sums.set(name, (sums.get(name) ?? 0) + count);
}
