import { type Figure, figureOf, type PatternName, patterns } from './figures.ts';

interface Reason {
  readonly says: string;
  /** The row of the lab's results that shows it. */
  readonly row: string;
  /** What the figure of a pattern has to be among the four, so that the reason is true of it. */
  readonly is: 'lowest' | 'highest';
}

const asReasons = <Name extends string>(reasons: Readonly<Record<Name, Reason>>) => reasons;

export const reasons = asReasons({
  'few-messages': {
    says: 'the same work takes the fewest messages',
    row: 'messages per order',
    is: 'lowest',
  },
  'most-orders': {
    says: 'it takes the most orders per second',
    row: 'orders/s at saturation',
    is: 'highest',
  },
  'own-data-only': {
    says: 'no event tells what belongs to another domain',
    row: 'fields of other domains in events',
    is: 'lowest',
  },
  'new-step-changes-little': {
    says: 'one more step changes the fewest declarations',
    row: 'declarations changed by one more requirement',
    is: 'lowest',
  },
  'steps-in-one-service': {
    says: 'one service knows the way with its conditions: there it is read, changed and audited',
    row: 'event types known by the best-informed service',
    is: 'highest',
  },
  'joined-for-many-readers': {
    says: 'one event carries the joined answers of several services to whoever reads it',
    row: 'fields of other domains in events',
    is: 'highest',
  },
  'answers-without-the-owner': {
    says: 'it still answers while the owner of the data is away',
    row: 'ready share while inventory is away',
    is: 'highest',
  },
  'never-oversold': {
    says: 'nothing is promised that its owner refuses',
    row: 'oversold, all scenarios',
    is: 'lowest',
  },
  'money-balances': {
    says: 'nothing is lost, nobody is charged twice',
    row: 'lost, doubled, wrongly timed out; money unexplained',
    is: 'lowest',
  },
});
export type ReasonName = keyof typeof reasons;

/** By the lab's figures. */
export function isTrueOf(reason: ReasonName, pattern: PatternName): boolean {
  const { row, is } = reasons[reason];
  const own = figureOf(row, pattern);
  const others = patterns.filter((one) => one !== pattern).map((one) => figureOf(row, one));
  return others.every((other: Figure) => (is === 'lowest' ? own.most <= other.least : own.least >= other.most));
}

/** A reason that is true of every pattern picks none. */
export const isTrueOfAll = (reason: ReasonName): boolean => patterns.every((pattern) => isTrueOf(reason, pattern));

/** `603..633 (orchestration 438..480, …)` */
export function figureText(row: string, pattern: PatternName): string {
  const others = patterns.filter((one) => one !== pattern).map((one) => `${one} ${figureOf(row, one).text}`);
  return `${row}: ${pattern} ${figureOf(row, pattern).text} (${others.join(', ')})`;
}
