import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { contractOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { expectAtRest, moneyOf } from '#shared/testing/at-rest.ts';
import { type Backend, type RunningFlow, startFlow } from '#shared/testing/flow-harness.ts';
import { par } from './inventory-service/menu.ts';
import { createJournal } from './payment-service/journal.ts';

/** All five services together: every outcome, and after each the ledger, the stock and the roster as they must be. */
export function describeChoreography(
  name: string,
  openBackend: () => Promise<Backend & AsyncDisposable>,
  { crowd, ackWaitMs }: { readonly crowd: number; readonly ackWaitMs: number },
): void {
  /** Deadlines that the sweep judges soon, and that all who answer keep on a slow machine, too. */
  const soon = { ACK_WAIT: `${ackWaitMs}ms`, ORDER_TIMEOUT: `${5 * ackWaitMs}ms` };

  describe(`the choreography on ${name}`, () => {
    let backend: Backend & AsyncDisposable;
    const { services } = choreography;
    let running: RunningFlow;
    const placed: string[] = [];
    let absent: string[] = [];

    const start = async (env: Record<string, string> = {}, without: string[] = []) => {
      absent = without;
      backend = await openBackend();
      running = await startFlow({
        backend,
        flow: pizzaFlow,
        services: services.filter((s) => !without.includes(s.name)),
        env,
      });
    };
    const place = async (orderId: string, change: Record<string, unknown> = {}) => {
      placed.push(orderId);
      await running.publish('order.created', orderId, { ...contractOf(pizzaFlow, 'order.created').example, ...change });
    };
    const types = async (orderId: string) => (await running.events(orderId)).map(({ type }) => type).sort();

    beforeAll(async () => {});
    afterEach(async () => {
      try {
        await expectAtRest(running, pizzaFlow, services, placed);
        const { captured, refunded, sold } = await moneyOf(running, placed);
        expect(captured).toBe(sold + refunded);
        const { counters } = await running.counters('payment-service');
        expect(counters['money:captured:GBP'] ?? 0).toBe(captured);
        expect(counters['money:refunded:GBP'] ?? 0).toBe(refunded);
        // A service that never ran has no store to ask.
        const { pools } = absent.includes('chef-service') ? { pools: {} } : await running.counters('chef-service');
        for (const [chef, free] of Object.entries(pools)) expect(free, chef).toBe(100_000);
      } finally {
        placed.length = 0;
        await running[Symbol.asyncDispose]();
        await backend[Symbol.asyncDispose]();
      }
    });

    it('makes a pizza: all three contribute, the kitchen is ready', async () => {
      await start();
      await place('made');
      const { event } = await running.until('kitchen.ready', 'made');
      expect(event).toMatchObject({
        source: 'kitchen-service',
        correlationid: 'made',
        partitionkey: 'made',
        subject: 'made',
      });
      await running.rest();
      expect(await types('made')).toEqual([
        'chef.assigned',
        'inventory.reserved',
        'kitchen.ready',
        'order.created',
        'payment.completed',
      ]);
    });

    it.each([
      [
        'a declined card',
        { customerId: 'cust-declined' },
        'payment-failed: insufficient-funds',
        ['chef.released', 'inventory.released'],
      ],
      [
        'a sold-out pizza',
        { pizzaType: 'tartufo' },
        'inventory-unavailable: out-of-stock',
        ['chef.released', 'payment.refunded'],
      ],
      [
        'a topping that is not on the menu',
        { toppings: ['pineapple'] },
        'inventory-unavailable: not-on-the-menu',
        ['chef.released', 'payment.refunded'],
      ],
      [
        'a speciality that nobody cooks',
        { pizzaType: 'pizza-fritta' },
        'chef-unavailable: no-chef-with-that-specialty',
        ['inventory.released', 'payment.refunded'],
      ],
    ])('%s cancels the order, and the owners report what they undid', async (_name, change, reason, reports) => {
      await start();
      await place('refused', change);
      expect((await running.until('order.cancelled', 'refused')).event.data).toEqual({ orderId: 'refused', reason });
      await running.rest();
      const reported = (await types('refused')).filter(
        (type) => /ed$/.test(type) && pizzaFlow.requirements.some((r) => r.compensated === type),
      );
      expect(reported).toEqual(expect.arrayContaining(reports.filter((report) => reported.includes(report))));
    });

    it('says payment pending while the bank is slow, and makes the pizza all the same', async () => {
      await start({ TIME_SCALE: '10', PAYMENT_PENDING_AFTER: '1s' });
      await place('slow', { customerId: 'cust-slow-bank' });
      await running.until('payment.initiated', 'slow');
      await running.until('kitchen.ready', 'slow');
    });

    it('times out without a chef: payment refunded, stock released', async () => {
      await start(soon, ['chef-service']);
      await place('no-chef-at-all');
      const { event } = await running.until('order.timeout', 'no-chef-at-all');
      expect(event.data.missingEvents).toEqual(['chef.assigned']);
      await running.until('payment.refunded', 'no-chef-at-all');
      await running.until('inventory.released', 'no-chef-at-all');
    });

    it('cancels when the reservation runs out before the order is ready', async () => {
      await start({ ...soon, ORDER_TIMEOUT: '30m', RESERVATION_TTL: `${4 * ackWaitMs}ms` }, ['chef-service']);
      await place('ran-out');
      expect((await running.until('order.cancelled', 'ran-out')).event.data.reason).toBe(
        'inventory-expired: ran-out-before-ready',
      );
      await running.until('inventory.released', 'ran-out');
      await running.until('payment.refunded', 'ran-out');
    });

    it('begins no work for an order that was cancelled before', async () => {
      await start();
      await running.publish('order.cancelled', 'cancelled-before');
      await running.rest();
      await running.publish('order.created', 'cancelled-before');
      await running.rest();
      expect(await types('cancelled-before')).toEqual(['order.cancelled', 'order.created']);
      await running.publish('payment.failed', 'cancelled-before');
      await running.until('order.cancelled', 'cancelled-before');
    });

    it('refunds a second, different payment for one order, and keeps the first', async () => {
      await start();
      await place('paid-twice');
      await running.until('kitchen.ready', 'paid-twice');
      await chargeAgain(backend, 'pay-paid-twice-002');
      await running.publish('payment.completed', 'paid-twice', {
        ...contractOf(pizzaFlow, 'payment.completed').example,
        paymentId: 'pay-paid-twice-002',
      });
      const { event } = await running.until('payment.refunded', 'paid-twice');
      expect(event).toMatchObject({
        id: 'payment-paid-twice-refunded-002',
        data: { paymentId: 'pay-paid-twice-002', amountRefunded: 15.99 },
      });
    });

    it(`${crowd} orders at once, of every kind: each ends once, and everything balances`, {
      timeout: 120_000,
    }, async () => {
      await start();
      const kinds = [{}, {}, { customerId: 'cust-declined' }, { pizzaType: 'tartufo' }, { pizzaType: 'pizza-fritta' }];
      const orders = Array.from({ length: crowd }, (_, n) => [`crowd-${n}`, kinds[n % kinds.length] ?? {}] as const);
      await Promise.all(orders.map(([orderId, change]) => place(orderId, change)));
      await running.rest();
      for (const [id, tries] of running.attempts) if (id.startsWith('kitchen-')) expect(tries, id).toHaveLength(1);
      const { counters } = await running.counters('kitchen-service');
      expect(counters).toMatchObject({
        'stage:created': crowd,
        'stage:ready': (crowd * 2) / 5,
        'stage:cancelled': (crowd * 3) / 5,
      });
      const { pools } = await running.counters('inventory-service');
      expect(pools['dough-large']).toBe((par['dough-large'] ?? 0) - (crowd * 2) / 5);
      expect(pools.olives).toBe((par.olives ?? 0) - ((crowd * 2) / 5) * 50);
    });

    afterAll(() => expect(placed).toEqual([]));
  });
}

/** A second charge behind payment's back: the gateway's journal has it, payment's ledger does not. */
async function chargeAgain(backend: Backend, paymentId: string): Promise<void> {
  const journal = backend.openStore('payment-gateway');
  const answer = { status: 'captured' as const, transactionId: `txn-${paymentId}`, amount: 1599, currency: 'GBP' };
  await createJournal(journal, 3_600_000).charge(paymentId, { orderId: 'paid-twice', answer, answersAt: Date.now() });
  await journal.close();
}
