import type { Claim } from './claims/claim.ts';
import type { Figure } from './figures.ts';
import type { Subject } from './subjects.ts';

/** What `npm run lab -- <name>` compares: alternatives, under the same orders and the same faults. */
export interface Comparison {
  readonly name: string;
  /** Of the command, and of its report. */
  readonly description: string;
  readonly title: string;
  /** What `--only` takes. */
  readonly only: string;
  /** Whom the others are compared to. */
  readonly peer: string;
  /** Compared by default. */
  readonly names: () => string[];
  /** @throws StartFailure for an unknown name */
  readonly open: (only?: readonly string[]) => Promise<Subject[]>;
  readonly parts: readonly Part[];
  readonly claims: readonly Claim[];
  /** What cannot be measured of these, and why. */
  readonly gapsOf: (subjects: readonly Subject[]) => Gap[];
  /** The figures may be pushed as gauges, for the dashboard Lab. */
  readonly pushes?: true;
}

export interface Load {
  readonly rounds: number;
  /** Orders at saturation, and as many before them to warm up. */
  readonly orders: number;
  /** How long orders come at each of the rates. */
  readonly seconds: number;
}

export interface Run extends Load {
  /** From 1. */
  readonly round: number;
  readonly seed: number;
  readonly quick: boolean;
  readonly signal: AbortSignal;
  /** Called with the name of each scenario that begins. */
  readonly onProgress: (name: string) => void;
}

/** What is measured of each subject, in each round. */
export interface Part {
  readonly name: string;
  /** How long it takes on a usual machine. Undefined: it is counted once, and nothing runs. */
  readonly seconds?: (load: Load & Pick<Run, 'quick'>) => number;
  readonly measure: (subject: Subject, run: Run) => Promise<readonly Figure[]>;
}

/** Does not apply to the subject: it is shown as such, and never as 0. */
export interface Gap {
  readonly subject: string;
  readonly scenario: string;
  /** `has no server to kill` */
  readonly why: string;
}
