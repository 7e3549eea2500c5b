import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { contractOf, countingCorrelatorOf, plainTypes } from '#shared/contracts/flow.ts';
import type { ReceivedEvent } from '#shared/messaging/read-event.ts';
import type { Pattern } from '#shared/runtime/pattern.ts';
import { expectAtRest, moneyOf } from '#shared/testing/at-rest.ts';
import { type Backend, type RunningFlow, startFlow } from '#shared/testing/flow-harness.ts';
import { par } from '../inventory-service/menu.ts';
import { createJournal } from '../payment-service/journal.ts';

/** What happens, and what must come of it. */
interface Scenario {
  readonly act: () => Promise<unknown>;
  readonly expected: () => Promise<unknown>;
}

/**
 * All services of a pattern together: every outcome, and after each the ledger, the stock and the roster as they must be. What a
 * pattern declares that it cannot keep must indeed not come about.
 */
export function describePattern(
  { name: patternName, flow, services, cannotKeep = {} }: Pattern,
  place: string,
  openBackend: () => Promise<Backend & AsyncDisposable>,
  { crowd, ackWaitMs }: { readonly crowd: number; readonly ackWaitMs: number },
): void {
  /** Deadlines that the sweep judges soon, and that all who answer keep on a slow machine, too. */
  const soon = { ACK_WAIT: `${ackWaitMs}ms`, ORDER_TIMEOUT: `${5 * ackWaitMs}ms` };
  /** By then every deadline of a scenario has passed, and has been judged. */
  const patienceMs = 10 * ackWaitMs;

  describe(`${patternName} on ${place}`, () => {
    let backend: (Backend & AsyncDisposable) | undefined;
    let running: RunningFlow;
    let keeps = true;
    let placed: string[] = [];
    let absent: string[] = [];
    const unused = new Set(Object.keys(cannotKeep));

    const start = async (env: Record<string, string> = {}, without: string[] = []) => {
      absent = without;
      backend = await openBackend();
      running = await startFlow({
        backend,
        flow,
        services: services.filter((s) => !without.includes(s.name)),
        env,
        ...(!keeps && { patienceMs }),
      });
    };
    const stop = async () => {
      if (!backend) return;
      await running[Symbol.asyncDispose]();
      await backend[Symbol.asyncDispose]();
      backend = undefined;
    };
    const order = (change: Record<string, unknown>) => ({ ...contractOf(flow, flow.start).example, ...change });
    const create = async (orderId: string, change: Record<string, unknown> = {}, traceparent = TRACEPARENT) => {
      placed.push(orderId);
      await running.publish(flow.start, orderId, order(change), { traceparent });
    };
    const types = async (orderId: string) =>
      distinct(await running.events(orderId))
        .map(({ type }) => type)
        .sort();

    async function expectBalance(): Promise<void> {
      await expectAtRest(running, flow, services, placed);
      const { captured, refunded, sold } = await moneyOf(running, placed);
      expect(captured).toBe(sold + refunded);
      const { counters } = await running.counters('payment-service');
      expect(counters['money:captured:GBP'] ?? 0).toBe(captured);
      expect(counters['money:refunded:GBP'] ?? 0).toBe(refunded);
      // A service that never ran has no store to ask.
      const { pools } = absent.includes('chef-service') ? { pools: {} } : await running.counters('chef-service');
      for (const [chef, free] of Object.entries(pools)) expect(free, chef).toBe(100_000);
    }

    const outcome = (name: string, { act, expected }: Scenario) => {
      const why = cannotKeep[name];
      unused.delete(name);
      if (why === undefined)
        return it(name, { timeout: 120_000 }, async () => {
          await act();
          await expected();
          await expectBalance();
        });
      it(`cannot keep: ${name}: ${why}`, async () => {
        keeps = false;
        await act();
        await running.rest();
        await expect(expected()).rejects.toThrow();
      });
    };

    afterEach(async () => {
      await stop();
      placed = [];
      keeps = true;
    });

    outcome('makes a pizza: all three contribute, the kitchen is ready', {
      async act() {
        await start();
        await create('made');
      },
      async expected() {
        const { event } = await running.until('kitchen.ready', 'made');
        expect(event).toMatchObject({
          source: 'kitchen-service',
          correlationid: 'made',
          partitionkey: 'made',
          subject: 'made',
        });
        await running.rest();
        expect(await types('made')).toEqual(plainTypes(flow).sort());
      },
    });

    outcome('is one trace: every event was caused by another one, in the trace of the order', {
      async act() {
        await start();
        await create('traced');
        await create('traced-refusal', { pizzaType: 'pizza-fritta' });
      },
      async expected() {
        await running.rest();
        for (const orderId of placed) {
          const events = await running.events(orderId);
          const ids = events.map(({ event }) => event.id);
          expect(events.length).toBeGreaterThan(3);
          for (const { event, type } of events) {
            expect(event.traceparent, type).toContain(TRACEPARENT.slice(0, 36));
            if (type !== flow.start) expect(ids, type).toContain(event.causationid);
          }
        }
      },
    });

    for (const [kind, change, reason, reports] of [
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
    ] as const)
      outcome(`${kind} cancels the order, and the owners report what they undid`, {
        async act() {
          await start();
          await create('refused', change);
        },
        async expected() {
          const { event } = await running.until('order.cancelled', 'refused');
          expect(event.data).toEqual({ orderId: 'refused', reason });
          await running.rest();
          const reported = (await types('refused')).filter((type) =>
            flow.requirements.some((r) => r.compensated === type),
          );
          for (const report of reported) expect(reports).toContain(report);
        },
      });

    outcome('says payment pending while the bank is slow, and makes the pizza all the same', {
      async act() {
        await start({ TIME_SCALE: '10', PAYMENT_PENDING_AFTER: '1s' });
        await create('slow', { customerId: 'cust-slow-bank' });
      },
      async expected() {
        await running.until('payment.initiated', 'slow');
        await running.until('kitchen.ready', 'slow');
        // Where the pizza is made first, the bank still has to answer.
        await running.until('payment.completed', 'slow');
      },
    });

    outcome('times out without a chef: payment refunded, stock released', {
      async act() {
        await start(soon, ['chef-service']);
        await create('no-chef-at-all');
      },
      async expected() {
        const { event } = await running.until('order.timeout', 'no-chef-at-all');
        expect(event.data.missingEvents).toEqual(['chef.assigned']);
        await running.until('payment.refunded', 'no-chef-at-all');
        await running.until('inventory.released', 'no-chef-at-all');
      },
    });

    outcome('cancels when the reservation runs out before the order is ready', {
      async act() {
        await start({ ...soon, ORDER_TIMEOUT: '30m', RESERVATION_TTL: `${4 * ackWaitMs}ms` }, ['chef-service']);
        await create('ran-out');
      },
      async expected() {
        expect((await running.until('order.cancelled', 'ran-out')).event.data.reason).toBe(
          'inventory-expired: ran-out-before-ready',
        );
        await running.until('inventory.released', 'ran-out');
        await running.until('payment.refunded', 'ran-out');
      },
    });

    outcome('begins no work for an order that was cancelled before', {
      async act() {
        await start();
        await running.publish('order.cancelled', 'cancelled-before');
        await running.rest();
        await running.publish(flow.start, 'cancelled-before');
        await running.rest();
      },
      async expected() {
        const owners = flow.requirements.map(({ fulfilled }) => contractOf(flow, fulfilled).owner);
        const begun = (await types('cancelled-before')).filter((type) =>
          [...owners, 'kitchen-service'].includes(contractOf(flow, type).owner),
        );
        expect(begun.filter((type) => type !== 'order.cancelled')).toEqual([]);
        await running.publish('payment.failed', 'cancelled-before');
        await running.until('order.cancelled', 'cancelled-before');
      },
    });

    outcome('refunds a second, different payment for one order, and keeps the first', {
      async act() {
        await start();
        await create('paid-twice');
        await running.until('kitchen.ready', 'paid-twice');
        await chargeAgain(backend as Backend, 'pay-paid-twice-002');
        await running.publish('payment.completed', 'paid-twice', {
          ...contractOf(flow, 'payment.completed').example,
          paymentId: 'pay-paid-twice-002',
        });
      },
      async expected() {
        const { event } = await running.until('payment.refunded', 'paid-twice');
        expect(event).toMatchObject({
          id: 'payment-paid-twice-refunded-002',
          data: { paymentId: 'pay-paid-twice-002', amountRefunded: 15.99 },
        });
      },
    });

    outcome('takes every event twice, and in another order, to the same end', {
      async act() {
        await start();
        await create('again');
        await create('again-refused', { pizzaType: 'pizza-fritta' });
        await running.rest();
      },
      async expected() {
        const histories = new Map<string, ReceivedEvent[]>();
        for (const orderId of placed) histories.set(orderId, distinct(await running.events(orderId)));
        const expectSame = async () => {
          await running.rest();
          for (const [orderId, events] of histories)
            expect(await types(orderId)).toEqual(events.map(({ type }) => type).sort());
        };
        const replay = async (events: readonly ReceivedEvent[]) => {
          for (const { event, type, orderId } of events)
            await running.publish(type, orderId, { ...event.data }, { id: event.id, again: true });
        };
        for (const events of histories.values()) await replay(events);
        await expectSame();
        await expectBalance();
        // Each service hears the end before the beginning, and of its own work before it does it.
        await stop();
        await start();
        histories.delete('again-refused');
        placed = ['again'];
        await replay(histories.get('again')?.toReversed() ?? []);
        await expectSame();
      },
    });

    outcome('a crowd of orders at once, of every kind: each ends once, and everything balances', {
      async act() {
        await start();
        const kinds = [
          {},
          {},
          { customerId: 'cust-declined' },
          { pizzaType: 'tartufo' },
          { pizzaType: 'pizza-fritta' },
        ];
        const orders = Array.from({ length: crowd }, (_, n) => [`crowd-${n}`, kinds[n % kinds.length] ?? {}] as const);
        await Promise.all(orders.map(([orderId, change]) => create(orderId, change)));
      },
      async expected() {
        await running.rest();
        for (const [id, tries] of running.attempts) if (id.startsWith('kitchen-')) expect(tries, id).toHaveLength(1);
        const made = (await Promise.all(placed.map(types))).filter((found) => found.includes(flow.outcomes.ready));
        expect(made).toHaveLength((crowd * 2) / 5);
        const correlator = countingCorrelatorOf(flow);
        if (correlator) {
          const { counters } = await running.counters(correlator);
          expect(counters).toMatchObject({
            'stage:created': crowd,
            'stage:ready': (crowd * 2) / 5,
            'stage:cancelled': (crowd * 3) / 5,
          });
        }
        const { pools } = await running.counters('inventory-service');
        expect(pools['dough-large']).toBe((par['dough-large'] ?? 0) - (crowd * 2) / 5);
        expect(pools.olives).toBe((par.olives ?? 0) - ((crowd * 2) / 5) * 50);
      },
    });

    it('names nothing as not kept that is none of these outcomes', () => expect([...unused]).toEqual([]));

    afterAll(() => expect(placed).toEqual([]));
  });
}

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const distinct = (events: readonly ReceivedEvent[]): ReceivedEvent[] => [
  ...new Map(events.map((received) => [received.event.id, received])).values(),
];

/** A second charge behind payment's back: the gateway's journal has it, payment's ledger does not. */
async function chargeAgain(backend: Backend, paymentId: string): Promise<void> {
  const journal = backend.openStore('payment-gateway');
  const answer = { status: 'captured' as const, transactionId: `txn-${paymentId}`, amount: 1599, currency: 'GBP' };
  await createJournal(journal, 3_600_000).charge(paymentId, { orderId: 'paid-twice', answer, answersAt: Date.now() });
  await journal.close();
}
