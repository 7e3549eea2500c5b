import type { Answer } from './customers.ts';
import { isWithin } from './figures.ts';
import type { LoggedOrder } from './order-log.ts';

/** One second of a run. */
export interface Second {
  /** Its beginning, ms since the epoch. */
  readonly at: number;
  readonly placed: number;
  readonly ready: number;
  readonly cancelled: number;
  readonly timeout: number;
  /** Orders without an outcome at its end. */
  readonly waiting: number;
  /** Requests that the intake did not accept, or not answer. */
  readonly refused: number;
}

/** Second by second, from the events and the answers. */
export function seriesOf(
  orders: readonly LoggedOrder[],
  answers: readonly Answer[],
  from: number,
  to: number,
): Second[] {
  const seconds: Second[] = [];
  for (let at = from; at < to; at += 1_000) {
    const end = at + 1_000;
    const span = { from: at, to: end };
    const ended = orders.flatMap(({ outcome }) => (outcome && isWithin(outcome.at, span) ? [outcome.name] : []));
    const count = (name: string) => ended.filter((each) => each === name).length;
    seconds.push({
      at,
      placed: orders.filter(({ since }) => isWithin(since, span)).length,
      ready: count('ready'),
      cancelled: count('cancelled'),
      timeout: count('timeout'),
      waiting: orders.filter(({ since, outcome }) => since < end && (!outcome || outcome.at >= end)).length,
      refused: answers.filter(({ at: asked, status }) => status !== 202 && isWithin(asked, span)).length,
    });
  }
  return seconds;
}
