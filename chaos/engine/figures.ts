import type { SeenStream } from '#shared/audit/seen-stream.ts';
import type { Flow } from '#shared/contracts/flow.ts';
import { percentile } from '../../loadtest/bench/percentile.ts';
import type { Answer } from '../customers.ts';
import type { ProbeName } from '../experiment.ts';

type OutcomeName = keyof Flow['outcomes'];

/** One order as the stream holds it, by the broker's clock, ms since the epoch. */
export interface PlacedOrder {
  readonly id: string;
  /** When its first event was stored, whichever it was. */
  readonly since: number;
  /** The first event that ended it. */
  readonly outcome?: { readonly name: OutcomeName; readonly at: number };
}

export function ordersIn({ outcomes }: Flow, { orders }: Pick<SeenStream, 'orders'>): PlacedOrder[] {
  const outcomeOf = new Map(Object.entries(outcomes).map(([name, type]) => [type, name as OutcomeName]));
  return [...orders.values()].map(({ id, events }) => {
    const since = events[0]?.storedAt ?? 0;
    for (const { type, storedAt } of events) {
      const name = outcomeOf.get(type);
      if (name) return { id, since, outcome: { name, at: storedAt } };
    }
    return { id, since };
  });
}

/** From (inclusive) and to (exclusive), ms since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export const isWithin = (at: number, { from, to }: Span): boolean => at >= from && at < to;

/** What became of the orders that were placed within a span, and what their customers felt. */
export interface Figures extends Readonly<Record<ProbeName, number>> {
  readonly orders: number;
  /** First requests to the intake. */
  readonly asked: number;
  readonly perSecond: number;
  /** Not decided yet. */
  readonly waiting: number;
  /** 95 % of the answers came within this time, ms. */
  readonly answerMs: number;
}

export function figuresOf(orders: readonly PlacedOrder[], answers: readonly Answer[], span: Span): Figures {
  const placed = orders.filter(({ since }) => isWithin(since, span));
  const asked = answers.filter(({ at, first }) => first && isWithin(at, span));
  const ended = (name: OutcomeName) => placed.filter(({ outcome }) => outcome?.name === name);
  const shareOf = (name: OutcomeName) => share(ended(name).length, placed.length);
  return {
    orders: placed.length,
    asked: asked.length,
    perSecond: placed.length / Math.max(0.001, (span.to - span.from) / 1_000),
    waiting: placed.filter(({ outcome }) => !outcome).length,
    answerMs: p95(asked.map(({ ms }) => ms)),
    acceptedAtOnce: share(asked.filter(({ status }) => status === 202).length, asked.length),
    ready: shareOf('ready'),
    cancelled: shareOf('cancelled'),
    timeout: shareOf('timeout'),
    readySeconds: p95(ended('ready').map(({ since, outcome }) => ((outcome?.at ?? since) - since) / 1_000)),
  };
}

export const round = (value: number): number => Number(value.toPrecision(3));

/** 0 of nothing. */
export const share = (some: number, all: number): number => (all === 0 ? 0 : some / all);

/** 95 % are at most this; 0 of nothing. */
export const p95 = (values: readonly number[]): number => (values.length === 0 ? 0 : percentile(values, 95));

export interface Second extends Readonly<Record<OutcomeName, number>> {
  /** Its beginning, ms since the epoch. */
  readonly at: number;
  readonly placed: number;
  /** Orders without an outcome at its end. */
  readonly waiting: number;
  /** Requests that the intake did not accept, or not answer. */
  readonly refused: number;
}

export function seriesOf(orders: readonly PlacedOrder[], answers: readonly Answer[], { from, to }: Span): Second[] {
  return Array.from({ length: Math.ceil((to - from) / 1_000) }, (_, n) => {
    const at = from + n * 1_000;
    const second = { from: at, to: at + 1_000 };
    const count = (name: OutcomeName) =>
      orders.filter(({ outcome }) => outcome?.name === name && isWithin(outcome.at, second)).length;
    const isWaiting = ({ since, outcome }: PlacedOrder) => since < second.to && (outcome?.at ?? Infinity) >= second.to;
    return {
      at,
      placed: orders.filter(({ since }) => isWithin(since, second)).length,
      ready: count('ready'),
      cancelled: count('cancelled'),
      timeout: count('timeout'),
      waiting: orders.filter(isWaiting).length,
      refused: answers.filter(({ at: asked, status }) => status !== 202 && isWithin(asked, second)).length,
    };
  });
}
