import { expect, it } from 'vitest';
import { figuresOf, type PlacedOrder, p95, seriesOf } from './figures.ts';

const order = (id: string, since: number, name?: 'ready' | 'timeout', at = since): PlacedOrder => ({
  id,
  since,
  ...(name && { outcome: { name, at } }),
});
const orders = [order('a', 0, 'ready', 500), order('b', 999, 'timeout', 3_000), order('c', 1_000)];
const answers = [
  { at: 0, status: 202, ms: 10, first: true },
  { at: 1, status: 503, ms: 30, first: true },
  { at: 2, status: 202, ms: 900, first: false },
];

it('figures count the orders of a span by when they were placed, whenever they ended', () => {
  const figures = figuresOf(orders, answers, { from: 0, to: 1_000 });
  expect(figures).toMatchObject({ orders: 2, perSecond: 2, ready: 0.5, timeout: 0.5, waiting: 0, readySeconds: 0.5 });
});

it('a repetition of a refused request is no first try', () => {
  expect(figuresOf(orders, answers, { from: 0, to: 1_000 })).toMatchObject({ acceptedAtOnce: 0.5, answerMs: 30 });
});

it('a percentile is a value that was measured', () => {
  expect(p95(Array.from({ length: 100 }, (_, n) => n + 1))).toBe(95);
  expect(p95([])).toBe(0);
});

it('a series tells how many orders wait at the end of each second', () => {
  expect(seriesOf(orders, answers, { from: 0, to: 4_000 }).map(({ waiting }) => waiting)).toEqual([1, 2, 2, 1]);
  expect(seriesOf(orders, answers, { from: 0, to: 1_000 })[0]).toMatchObject({ placed: 2, ready: 1, refused: 1 });
});
