import type { Verdict } from './verdict.ts';

/** The sum of many verdicts. */
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
}

function addAll(sums: Map<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) sums.set(name, (sums.get(name) ?? 0) + count);
}
