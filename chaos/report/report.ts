import type { FiredAlert } from '../engine/alert-watch.ts';
import type { Check } from '../engine/checks.ts';
import type { Figures, Second, Span } from '../engine/figures.ts';
import type { Entry } from '../engine/timeline.ts';
import type { Experiment, Phase } from '../experiment.ts';

/** `not run`: it could not be made here, or never began; it says nothing of the hypothesis. */
export type Verdict = 'passed' | 'failed' | 'not run';

/** Everything that is known of one run of an experiment: the JSON report, and what the others are written from. */
export interface Report {
  readonly experiment: Pick<Experiment, 'name' | 'hypothesis' | 'teaches' | 'look'>;
  readonly verdict: Verdict;
  /** Why it was not run, or broke off. */
  readonly reason?: string;
  readonly seed: number;
  readonly target: string;
  readonly machine: string;
  /** ISO 8601. */
  readonly begun: string;
  readonly seconds: number;
  readonly timeline: readonly Entry[];
  /** `duplicate payment.completed` -> how often the services did it. */
  readonly injected: Readonly<Record<string, number>>;
  /** Undefined when it did not get that far. */
  readonly observed?: Observed;
  readonly checks: readonly Check[];
}

export interface Observed {
  readonly spans: Readonly<Record<Phase, Span>>;
  readonly figures: Readonly<Record<Phase, Figures>>;
  /** From the end of the rollback until all was as before; undefined: not in time. */
  readonly recoverySeconds: number | undefined;
  readonly alerts: readonly FiredAlert[];
  readonly series: readonly Second[];
}
