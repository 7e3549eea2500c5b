import { expect, test } from 'vitest';
import { slos } from '../../observability/slo.ts';
import { partOf, parts } from './programme.ts';

const first = (count: number) => Array.from({ length: count }, (_, n) => partOf(n));

test('the first orders show every part, and the one that takes longest comes first', () => {
  expect(new Set(first(parts.length))).toEqual(new Set(parts));
  expect(partOf(0)).toBe('timeout');
});

test('every round shows each part again but the timeout, and most orders become a pizza', () => {
  const round = first(60).slice(20, 40);
  expect(new Set(round)).toEqual(new Set(parts.filter((part) => part !== 'timeout')));
  expect(round.filter((part) => part === 'ready').length).toBeGreaterThan(10);
});

test('so few orders time out that the demo keeps its own promise', () => {
  const orders = first(3_000);
  const timeouts = orders.filter((part) => part === 'timeout').length;
  expect(timeouts).toBeGreaterThan(10);
  expect(timeouts / orders.length).toBeLessThan(1 - slos.ordersDecided.objective);
});
