/** What is wrong with an answer: one of its exercise's known misconceptions. */
export interface Finding {
  /** Kebab-case: the name of a file in `wrong/`, and the heading of its hint in `hints.md`. */
  readonly id: string;
  /** The rule that is broken. */
  readonly message: string;
  readonly expected: string;
  readonly came: string;
  /** The smallest order of events that fails, one line each. */
  readonly timeline?: readonly string[];
}

/** One activity of the workshop. `Answer` is the module that the learner writes: `typeof import('./solution.ts')`. */
export interface Exercise<Answer = unknown> {
  readonly number: number;
  readonly name: string;
  readonly title: string;
  readonly minutes: number;
  /** What one can do afterwards: completes "You learn to ...". */
  readonly learns: string;
  /** It starts real servers and takes longer than a list waits: checked only when it is named. */
  readonly onServers?: true;
  /** Runs the answer; resolves with what is wrong with it, the first thing to mend first. */
  check(answer: Answer): Promise<readonly Finding[]>;
}

export const fileOf = ({ number, name }: Exercise, file: string): URL =>
  new URL(`${number}-${name}/${file}`, import.meta.url);
