import { describe, expect, it } from 'vitest';
import { slowCustomers } from '#services/payment-service/bank-customers.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { demoOrders, orderFor } from './demo-order.ts';
import { parts } from './programme.ts';

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
