import { describe, expect, it } from 'vitest';
import { slowCustomers } from '#services/payment-service/bank-customers.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { slos } from '../../observability/slo.ts';
import { demoOrders, orderFor, partOf, parts } from './programme.ts';

const first = (count: number) => Array.from({ length: count }, (_, n) => partOf(n));

it('the first orders show every part, and the one that takes longest comes first', () => {
  expect(new Set(first(parts.length))).toEqual(new Set(parts));
  expect(partOf(0)).toBe('timeout');
});

it('two rounds show each part again but the timeout, and most orders become a pizza', () => {
  const rounds = first(60).slice(20, 60);
  expect(new Set(rounds)).toEqual(new Set(parts.filter((part) => part !== 'timeout')));
  expect(rounds.filter((part) => part === 'ready').length).toBeGreaterThan(20);
});

it('in every minute the slow bank is seen in the p99 of the time to ready, and never in the p95', () => {
  const orders = first(3_000);
  const ready = new Set<string>(['ready', 'duplicate', 'slow-bank']);
  const shares = Array.from({ length: 2_000 }, (_, from) => {
    const pizzas = orders.slice(from, from + 120).filter((part) => ready.has(part));
    return pizzas.filter((part) => part === 'slow-bank').length / pizzas.length;
  });
  expect(Math.min(...shares)).toBeGreaterThan(0.015);
  expect(Math.max(...shares)).toBeLessThan(0.045);
});

it('so few orders time out that the demo keeps its own promise', () => {
  const orders = first(3_000);
  const timeouts = orders.filter((part) => part === 'timeout').length;
  expect(timeouts).toBeGreaterThan(10);
  expect(timeouts / orders.length).toBeLessThan(1 - slos.ordersDecided.objective);
});

const settings = readSettings({ SEED: '7' });

describe('an order of the demo', () => {
  it.each(parts)('for %s waits for a bank beyond the default deadline only if it is to time out', (part) => {
    const { ORDER_TIMEOUT } = readSettings({});
    for (let n = 0; n < 3; n++) {
      const { customerId } = orderFor(part, 'test', settings, n).body;
      const takes = (slowCustomers as Readonly<Record<string, number>>)[customerId] ?? 0;
      expect(takes > ORDER_TIMEOUT).toBe(part === 'timeout');
    }
  });

  it('is another one in the next run, since the stores remember the last', () => {
    const [first, second] = ['one', 'two'].map((run) => orderFor('timeout', run, settings));
    expect(first?.key).not.toBe(second?.key);
  });

  it('has a key that the intake accepts', () => {
    const nth = demoOrders('demo-1764100000000', settings);
    const keys = Array.from({ length: 40 }, (_, n) => nth(n).key);
    expect(new Set(keys).size).toBe(40);
    for (const key of keys) expect(key).toMatch(/^[\x21-\x7e]{1,200}$/);
  });
});
