import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decide as decideChef } from '#services/chef-service/decide.ts';
import { roster } from '#services/chef-service/roster.ts';
import { ingredientsOf, par } from '#services/inventory-service/menu.ts';
import { checkOrder } from '#services/order-service/edge/check-order.ts';
import { declinedCustomers } from '#services/payment-service/bank-customers.ts';
import { declineOf } from '#services/payment-service/simulated-gateway.ts';
import { type CustomerOrder, type Mix, ordersOf, plainMix, realisticMix, type Story } from './orders.ts';

const COUNT = 4_000;
const evenMix: Mix = {
  declined: 0.15,
  'sold-out': 0.15,
  'off-menu': 0.15,
  'no-chef': 0.15,
  'slow-bank': 0.15,
  repeated: 0.1,
};
const make = (seed: number, mix: Mix, run = 'test') => {
  const nth = ordersOf({ seed, run, mix });
  return Array.from({ length: COUNT }, (_, n) => nth(n));
};
const even = make(7, evenMix);
const told = (story: Story) => even.filter((order) => order.story === story);

/** What the services' own rules say of an order, none of them asked about the story. */
function refusals({ body, key }: CustomerOrder): string[] {
  const order = { orderId: key, ...body, toppings: [...body.toppings] };
  const charge = { paymentId: `pay-${key}`, customerId: body.customerId } as Parameters<typeof declineOf>[0];
  const taken = ingredientsOf(order);
  const short = 'needed' in taken && taken.needed.some(({ ingredient }) => par[ingredient] === 0);
  return [
    ...(declineOf(charge, 1, 0) ? ['declined'] : []),
    ...('unknown' in taken ? ['off-menu'] : []),
    ...(short ? ['sold-out'] : []),
    ...(chefRefuses(body) ? ['no-chef'] : []),
  ];
}

function chefRefuses({ pizzaType, size }: CustomerOrder['body']): boolean {
  const circumstances = { orderId: 'o', now: 0, caughtUp: false, insufficient: [] };
  const { publish = [] } = decideChef({ order: { eventId: 'e', pizzaType, size } }, circumstances);
  return publish.some(({ type }) => type === 'chef.unavailable');
}

describe('orders of a seed', () => {
  it('are the same each time, in whatever order they are asked for, and others for another seed', () => {
    const nth = ordersOf({ seed: 7, run: 'test', mix: evenMix });
    expect([nth(99), nth(3)]).toEqual([even[99], even[3]]);
    expect(make(7, evenMix)).toEqual(even);
    expect(make(8, evenMix)).not.toEqual(even);
  });

  it('are all valid orders', () => {
    for (const { body } of even) expect(checkOrder(body)).toEqual({ order: body });
  });

  it('have a key of their own each, with the name of the run in front', () => {
    expect(new Set(even.map(({ key }) => key)).size).toBe(COUNT);
    expect(ordersOf({ seed: 1, run: 'load-5' })(12).key).toBe('load-5-12');
  });

  it('use every size, every currency and several toppings', () => {
    expect(new Set(even.map(({ body }) => body.size)).size).toBe(3);
    expect(new Set(even.map(({ body }) => body.currency))).toEqual(new Set(['GBP', 'EUR', 'USD', 'JPY']));
    expect(new Set(even.map(({ body }) => body.toppings.length))).toEqual(new Set([0, 1, 2, 3]));
    expect(new Set(even.flatMap(({ body }) => body.toppings)).size).toBeGreaterThanOrEqual(6);
  });
});

describe("an order's story", () => {
  it.each(['declined', 'sold-out', 'off-menu', 'no-chef'] as const)(
    '%s: the services’ own rules refuse it for that, so it ends cancelled',
    (story) => {
      expect(told(story).length).toBeGreaterThan(400);
      for (const order of told(story)) {
        expect(refusals(order), JSON.stringify(order)).toContain(story);
        expect(order.ends).toBe('cancelled');
      }
    },
  );

  it.each(['plain', 'slow-bank'] as const)('%s: no service refuses it, so it ends ready', (story) => {
    expect(told(story).length).toBeGreaterThan(400);
    for (const order of told(story)) {
      expect(refusals(order), JSON.stringify(order)).toEqual([]);
      expect(order.ends).toBe('ready');
    }
  });

  it('declines each customer that there is for it, and gives work to each chef', () => {
    expect(new Set(told('declined').map(({ body }) => body.customerId))).toEqual(
      new Set(Object.keys(declinedCustomers)),
    );
    const ordered = new Set(told('plain').map(({ body }) => body.pizzaType));
    for (const { specialties } of roster) expect(specialties.some((pizza) => ordered.has(pizza))).toBe(true);
  });

  it('has a slow bank that answers before an order times out', () => {
    expect(new Set(told('slow-bank').map(({ body }) => body.customerId))).toEqual(new Set(['cust-slow-bank']));
  });

  it('comes as often as the mix says', () => {
    for (const [name, share] of Object.entries(realisticMix)) {
      const found = make(3, realisticMix).filter(({ story, repeated }) =>
        name === 'repeated' ? repeated : story === name,
      );
      expect(Math.abs(found.length / COUNT - share), name).toBeLessThan(4 * Math.sqrt(share / COUNT));
    }
    expect(make(3, plainMix).every(({ story, repeated }) => story === 'plain' && !repeated)).toBe(true);
  });

  it.each([
    [{ ...plainMix, declined: 1.5 }, /declined=1.5 must be a share/],
    [{ ...plainMix, 'no-chef': Number.NaN }, /no-chef=NaN must be a share/],
    [{ ...plainMix, declined: 0.6, 'sold-out': 0.6 }, /sum up to 1.2/],
  ])('refuses a mix that is none: %j', (mix, said) => {
    expect(() => ordersOf({ seed: 1, run: 'x', mix })).toThrow(said);
  });
});

describe('k6', () => {
  /** k6 resolves relative paths only and has no module of Node. */
  it('can import it: neither it nor what it imports uses a `#` import, a package or Node', () => {
    const seen = new Map<string, string[]>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      const names = [...readFileSync(file, 'utf8').matchAll(/^import (?!type)[^;]*?from '([^']+)';/gms)].map(
        ([, name = '']) => name,
      );
      seen.set(file, names);
      for (const name of names) if (name.startsWith('.')) visit(join(dirname(file), name));
    };
    visit(join(import.meta.dirname, 'orders.ts'));
    expect(seen.size).toBeGreaterThanOrEqual(6);
    expect([...seen.values()].flat().filter((name) => !name.startsWith('.'))).toEqual([]);
  });
});
