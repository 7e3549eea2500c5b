import { describe, expect, it } from 'vitest';
import { keyedOrderId } from '#services/order-service/order-id.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { affects } from '#shared/faults/selection.ts';
import { demoFaults } from '#shared/host/demo-faults.ts';
import { readSettings } from '#shared/runtime/settings.ts';
import { demoOrders, orderFor } from './demo-order.ts';
import { parts } from './programme.ts';

const settings = readSettings({ DEMO_RATE: '2', SEED: '7', ORDER_TIMEOUT: '30s' });
const { delay, duplicate } = demoFaults(pizzaFlow, settings);

/** What the services, with the same SEED, do to an order of that id. */
const befalls = (orderId: string, seed = settings.SEED) => ({
  twice: affects(duplicate, { type: duplicate.type, orderId }, seed),
  late: affects(delay, { type: delay.type, orderId }, seed),
});
const idOf = ({ body, key }: ReturnType<typeof orderFor>) => keyedOrderId(body.customerId, key);

describe('an order of the demo', () => {
  it.each(parts)('for %s is struck by the fault that it needs, and by no other', (part) => {
    for (let n = 0; n < 3; n++) {
      const order = orderFor(part, 'test', settings, n);
      expect(befalls(idOf(order))).toEqual({ twice: part === 'duplicate', late: part === 'timeout' });
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

describe('the faults of the demo', () => {
  it('leave the orders of others alone', () => {
    const struck = Array.from({ length: 2_000 }, (_, n) => befalls(keyedOrderId('cust-789', `own-${n}`)));
    expect(struck.filter(({ twice, late }) => twice || late).length).toBeLessThanOrEqual(3);
  });

  it('let the event come after the deadline, however fast time runs', () => {
    for (const TIME_SCALE of ['1', '60']) {
      const scaled = readSettings({ ORDER_TIMEOUT: '30m', TIME_SCALE });
      expect(demoFaults(pizzaFlow, scaled).delay.by / scaled.TIME_SCALE).toBeGreaterThan(scaled.ORDER_TIMEOUT);
    }
  });
});
