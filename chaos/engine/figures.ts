import type { ProbeName } from '../experiment.ts';
import type { Answer } from './customers.ts';
import type { LoggedOrder } from './order-log.ts';

/** From (inclusive) and to (exclusive), ms since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What became of the orders that were placed within a span, and what their customers felt. */
export interface Figures extends Readonly<Record<ProbeName, number>> {
  readonly orders: number;
  /** First requests to the intake. */
  readonly asked: number;
  readonly perSecond: number;
  /** Not decided yet. */
  readonly waiting: number;
  /** 95 % of the answers came within so many ms. */
  readonly answerMs: number;
}

export function figuresOf(orders: Iterable<LoggedOrder>, answers: readonly Answer[], span: Span): Figures {
  const placed = [...orders].filter(({ since }) => isWithin(since, span));
  const asked = answers.filter(({ at, first }) => first && isWithin(at, span));
  const ended = (name: string) => placed.filter(({ outcome }) => outcome?.name === name);
  const share = (some: number, all: number) => (all === 0 ? 0 : some / all);
  return {
    orders: placed.length,
    asked: asked.length,
    perSecond: placed.length / Math.max(0.001, (span.to - span.from) / 1_000),
    waiting: placed.filter(({ outcome }) => !outcome).length,
    answerMs: percentile(asked.map(({ ms }) => ms)),
    acceptedAtOnce: share(asked.filter(({ status }) => status === 202).length, asked.length),
    ready: share(ended('ready').length, placed.length),
    cancelled: share(ended('cancelled').length, placed.length),
    timeout: share(ended('timeout').length, placed.length),
    readySeconds: percentile(ended('ready').map(({ since, outcome }) => ((outcome?.at ?? since) - since) / 1_000)),
  };
}

export const isWithin = (at: number, { from, to }: Span): boolean => at >= from && at < to;

/** Nearest rank; 0 of nothing. */
export function percentile(values: readonly number[], share = 0.95): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
