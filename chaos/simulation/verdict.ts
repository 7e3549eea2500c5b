import { countOutcomes } from '#shared/audit/finding.ts';
import { invariants } from '#shared/audit/invariants.ts';
import type { SeenRun } from '#shared/audit/seen-run.ts';
import type { World } from './world/world.ts';

export interface Violation {
  readonly invariant: string;
  readonly orderId?: string;
  readonly detail: string;
}

/** The result of one run: plain data, as a worker posts it. */
export interface Verdict {
  readonly seed: number;
  readonly orders: number;
  readonly violations: readonly Violation[];
  /** `ready`, `cancelled`, `timeout` -> orders. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Kind of fault -> how often it happened. */
  readonly faults: Readonly<Record<string, number>>;
  /** `kitchen-service after commit` -> processes that died there. */
  readonly crashPoints: Readonly<Record<string, number>>;
  /** One number per order: which step of which process came when. */
  readonly fingerprints: readonly number[];
  /** Port calls, and how long the run took in its own time, ms. */
  readonly steps: number;
  readonly lastedMs: number;
}

interface Judged {
  readonly seed: number;
  readonly world: World;
  readonly run: SeenRun;
  readonly lastedMs: number;
}

export function verdictOf({ seed, world, run, lastedMs }: Judged): Verdict {
  return {
    seed,
    orders: run.orders.size,
    violations: invariants.flatMap(({ name, check }) => check(run).map((finding) => ({ invariant: name, ...finding }))),
    outcomes: countOutcomes(run),
    faults: world.faults,
    crashPoints: Object.fromEntries(world.crashPoints),
    fingerprints: world.fingerprints.values(),
    steps: world.steps,
    lastedMs,
  };
}
