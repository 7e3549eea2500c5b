import { type Spread, spreadOf } from '../bench/percentile.ts';

/** One number of the lab. Subject, scenario and measure are the labels of the gauge `pizza_lab`. */
export interface Figure {
  readonly subject: string;
  /** `declarations`, a load (`saturation`, `100/s`), or what struck the stack (`chef-outage`). */
  readonly scenario: string;
  readonly measure: string;
  /** From 1; those of one round are compared with one another. */
  readonly round: number;
  readonly value: number;
}

export type Question = Partial<Pick<Figure, 'subject' | 'scenario' | 'measure'>>;

/** Median and range over the rounds, and over whatever the question leaves open; NaN of nothing. */
export const spreadIn = (figures: readonly Figure[], question: Question): Spread =>
  spreadOf(figuresOf(figures, question).map(({ value }) => value));

export function figuresOf(figures: readonly Figure[], question: Question): Figure[] {
  const asked = Object.entries(question) as [keyof Question, string][];
  return figures.filter((figure) => asked.every(([label, value]) => figure[label] === value));
}

/** A subject's value by another's of the same round, per round that has both. */
export function ratios(figures: readonly Figure[], question: Required<Question>, peer: string): number[] {
  return figuresOf(figures, question).flatMap(({ round, value }) =>
    figuresOf(figures, { ...question, subject: peer })
      .filter((other) => other.round === round)
      .map((other) => value / other.value),
  );
}
