import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventIdOf } from '#shared/contracts/event-id.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { blankOrder } from '#shared/kernel/recent-orders.ts';
import type { Correlation, Fact } from '#shared/store/store.ts';
import { decide } from './decide.ts';
import { outcomeOf } from './outcome-of.ts';
import type { KitchenState } from './resolve.ts';

const MINUTE = 60_000;
const rules = { ...pizzaFlow, orderTimeout: 30 * MINUTE };

const fact = (type: string, data: Record<string, unknown> = {}, storedAt = 0): Fact => ({
  id: `${type}-${JSON.stringify(data)}`,
  type,
  data: { orderId: '1', ...data },
  occurredAt: storedAt,
  storedAt,
});
const created = fact('order.created');
const price = { amountCharged: 15.99, currency: 'GBP' };
const paid = fact('payment.completed', { paymentId: 'pay-1-001', ...price });
const paidTwice = fact('payment.completed', { paymentId: 'pay-1-002', ...price });
const declined = fact('payment.failed', { reason: 'insufficient-funds', errorCode: 'E001' });
const reserved = fact('inventory.reserved', { reservationId: 'inv-1-001' });
const expired = fact('inventory.expired', { reservationId: 'inv-1-001' });
const soldOut = fact('inventory.unavailable', { reason: 'out-of-stock', missing: [] });
const assigned = fact('chef.assigned', { chefId: 'chef-mario' });
const noChef = fact('chef.unavailable', { reason: 'all-chefs-busy' });

const correlation = (facts: Fact[], state?: KitchenState): Correlation => ({
  ...blankOrder('1'),
  version: facts.length,
  state,
  facts,
});

interface Clock {
  now?: number;
  caughtUp?: boolean;
}

/** given facts one after the other, each followed by a decision, as the kitchen lives it; then: what is owed in all. */
function given(facts: Fact[], { now = 0, caughtUp = false }: Clock = {}) {
  let state: KitchenState | undefined;
  for (let n = 1; n <= facts.length; n += 1)
    state = decide(rules, correlation(facts.slice(0, n), state), { now: 0, caughtUp: false, short: [] })
      .state as KitchenState;
  const decision = decide(rules, correlation(facts, state), { now, caughtUp, short: [] });
  const emitted = (decision.emit ?? []).map(({ type, data }) =>
    [type, ...Object.values(data).slice(1)]
      .flat()
      .map((value) => (typeof value === 'object' ? JSON.stringify(value) : value))
      .join(' '),
  );
  return { emitted, status: (decision.state as KitchenState).resolution?.status ?? 'waiting', decision };
}

const ready =
  'kitchen.ready ready-for-preparation {"paymentId":"pay-1-001","reservationId":"inv-1-001","chefId":"chef-mario"}';
const late = { now: 31 * MINUTE, caughtUp: true };

describe('the decision table', () => {
  it.each<[string, Fact[], Clock, string, string[]]>([
    ['order.created alone waits', [created], {}, 'waiting', []],
    ['two of three wait', [created, paid, assigned], {}, 'waiting', []],
    ['all three are ready', [created, paid, reserved, assigned], {}, 'ready', [ready]],
    ['all three are ready without order.created', [assigned, reserved, paid], {}, 'ready', [ready]],
    [
      'all three after the deadline, before it was judged, are ready',
      [created, paid, reserved, assigned],
      late,
      'ready',
      [ready],
    ],
    ['a rejection alone cancels', [declined], {}, 'failed', ['order.cancelled payment-failed: insufficient-funds']],
    [
      'a rejection undoes what was fulfilled, and only that',
      [created, reserved, declined],
      {},
      'failed',
      ['order.cancelled payment-failed: insufficient-funds', 'inventory.release inv-1-001 order-cancelled'],
    ],
    [
      'a rejection after the same requirement was fulfilled cancels and undoes it',
      [created, paid, declined],
      {},
      'failed',
      ['order.cancelled payment-failed: insufficient-funds', 'payment.refund pay-1-001 order-cancelled'],
    ],
    [
      'a sold-out pizza cancels',
      [created, soldOut],
      {},
      'failed',
      ['order.cancelled inventory-unavailable: out-of-stock'],
    ],
    ['no chef cancels', [created, noChef], {}, 'failed', ['order.cancelled chef-unavailable: all-chefs-busy']],
    [
      'a success after the cancellation is undone as late',
      [created, declined, assigned],
      {},
      'failed',
      ['order.cancelled payment-failed: insufficient-funds', 'chef.release chef-mario late'],
    ],
    [
      'a reservation that runs out cancels, its own release included',
      [created, paid, reserved, expired],
      {},
      'failed',
      [
        'order.cancelled inventory-expired: ran-out-before-ready',
        'payment.refund pay-1-001 order-cancelled',
        'inventory.release inv-1-001 order-cancelled',
      ],
    ],
    [
      'an expiry that overtakes its reservation cancels when the reservation is known',
      [created, expired, reserved],
      {},
      'failed',
      ['order.cancelled inventory-expired: ran-out-before-ready', 'inventory.release inv-1-001 order-cancelled'],
    ],
    ['an expiry of a reservation that is not known waits', [created, expired], {}, 'waiting', []],
    ['an expiry after ready changes nothing', [created, paid, reserved, assigned, expired], {}, 'ready', [ready]],
    ['a rejection after ready changes nothing', [created, paid, reserved, assigned, declined], {}, 'ready', [ready]],
    ['the deadline not judged yet waits', [created, paid], { now: 31 * MINUTE }, 'waiting', []],
    ['the deadline not passed yet waits', [created, paid], { now: 30 * MINUTE - 1, caughtUp: true }, 'waiting', []],
    [
      'two of three at the deadline time out and are undone',
      [created, assigned, paid],
      late,
      'timeout',
      [
        'order.timeout payment.completed chef.assigned inventory.reserved not-all-events-received',
        'payment.refund pay-1-001 order-timeout',
        'chef.release chef-mario order-timeout',
      ],
    ],
    [
      'a second payment is refunded while waiting',
      [created, paid, paidTwice],
      {},
      'waiting',
      ['payment.refund pay-1-002 conflict'],
    ],
    [
      'a second payment is refunded after ready',
      [created, paid, reserved, assigned, paidTwice],
      {},
      'ready',
      [ready, 'payment.refund pay-1-002 conflict'],
    ],
  ])('%s', (_name, facts, clock, status, emitted) => {
    expect(given(facts, clock)).toMatchObject({ status, emitted });
  });

  it('is ready in each of the 24 orders of the four events, with the same event', () => {
    for (const order of permutations([created, paid, reserved, assigned]))
      expect(given(order)).toMatchObject({ status: 'ready', emitted: [ready] });
  });

  it('undoes a success that comes after the timeout', () => {
    const timedOut = decide(rules, correlation([created, paid]), { ...late, short: [] }).state as KitchenState;
    const decision = decide(rules, correlation([created, paid, reserved], timedOut), {
      now: 0,
      caughtUp: false,
      short: [],
    });
    expect(decision.emit?.map(({ type, data }) => `${type} ${data.reason}`)).toEqual([
      'order.timeout not-all-events-received',
      'payment.refund order-timeout',
      'inventory.release late',
    ]);
  });
});

describe('the deadline', () => {
  it('counts from the time at which order.created was stored in the stream', () => {
    expect(
      given([fact('payment.completed', { paymentId: 'p', ...price }, 1_000), fact('order.created', {}, 5_000)]).decision
        .dueAt,
    ).toBe(5_000 + 30 * MINUTE);
  });

  it('counts from the earliest event until order.created is known', () => {
    const facts = [
      fact('payment.completed', { paymentId: 'p', ...price }, 2_000),
      fact('chef.assigned', { chefId: 'c' }, 1_000),
    ];
    expect(given(facts).decision.dueAt).toBe(1_000 + 30 * MINUTE);
  });

  it('is none once the order is decided', () => {
    expect(given([created, declined]).decision.dueAt).toBeUndefined();
  });
});

describe('what is counted', () => {
  it('is the stages reached, the resolution with what was missing and why, and each compensation', () => {
    const totals = decide(rules, correlation([created, paid]), { ...late, short: [] }).counts?.map(
      ({ total }) => total,
    );
    expect(totals).toEqual([
      'stage:created',
      'stage:paid',
      'stage:timeout',
      'resolved:timeout:chef+inventory:none',
      'compensation:payment.refund:order-timeout',
      'money:held:GBP',
      'money:held:GBP',
    ]);
  });

  it('is the money held for waiting orders and sold with ready ones: what was charged is the one, the other, or asked back', () => {
    const money = (facts: Fact[], clock?: Clock) => {
      const sums: Record<string, number> = {};
      for (const { total, by } of given(facts, clock).decision.counts ?? [])
        if (total.startsWith('money:')) sums[total] = (sums[total] ?? 0) + by;
      return sums;
    };
    expect(money([created, assigned])).toEqual({});
    expect(money([created, paid])).toEqual({ 'money:held:GBP': 1_599 });
    expect(money([created, paid, paidTwice])).toEqual({ 'money:held:GBP': 1_599 });
    expect(money([paid, reserved, assigned, paidTwice])).toEqual({ 'money:held:GBP': 0, 'money:sold:GBP': 1_599 });
    expect(money([created, paid, soldOut])).toEqual({ 'money:held:GBP': 0 });
    expect(money([created, soldOut, paid])).toEqual({ 'money:held:GBP': 0 });
    expect(money([created, paid], late)).toEqual({ 'money:held:GBP': 0 });
  });

  it('keeps since when the order waits', () => {
    expect(given([created, paid]).decision.since).toBe(created.storedAt);
  });

  it('is the waiting order under what it waits for', () => {
    expect(given([created, paid]).decision.group).toBe('chef+inventory');
    expect(given([created, declined]).decision.group).toBeUndefined();
  });
});

describe('how an event ended', () => {
  const ended = (facts: Fact[]) => {
    const { decision } = given(facts);
    return outcomeOf(rules.requirements, { ...correlation(facts), state: decision.state }, facts.at(-1) as Fact);
  };
  it('is ok, late after the decision, or conflict for a second fulfilment', () => {
    expect(ended([created, paid])).toBe('ok');
    expect(ended([created, declined, assigned])).toBe('late');
    expect(ended([created, paid, paidTwice])).toBe('conflict');
  });
});

it('in any sequence of events: one outcome for ever, each fulfilment undone exactly when it is not the one that counted', () => {
  const all = [created, paid, paidTwice, declined, reserved, expired, soldOut, assigned, noChef];
  fc.assert(
    fc.property(
      fc.shuffledSubarray(all, { minLength: 1 }),
      fc.integer({ min: 0, max: all.length }),
      (facts, judgedAfter) => {
        let state: KitchenState | undefined;
        const emitted = new Set<string>();
        for (let n = 1; n <= facts.length; n += 1) {
          const judged = n === judgedAfter ? late : { now: 0, caughtUp: false };
          const decision = decide(rules, correlation(facts.slice(0, n), state), { ...judged, short: [] });
          const next = decision.state as KitchenState;
          if (state?.resolution) expect(next.resolution).toEqual(state.resolution);
          state = next;
          for (const { type, data } of decision.emit ?? []) {
            const about = pizzaFlow.events[type]?.about ?? '';
            emitted.add(eventIdOf(type, '1', String(data[about])));
          }
        }
        const outcomes = [...emitted].filter((id) => /ready|cancelled|timeout/.test(id));
        expect(outcomes.length).toBe(state?.resolution ? 1 : 0);
        const made = state?.resolution?.status === 'ready';
        for (const { type, data } of facts) {
          const requirement = rules.requirements.find(({ fulfilled }) => fulfilled === type);
          if (!requirement) continue;
          const first = facts.find((other) => other.type === type)?.data === data;
          const undone = emitted.has(eventIdOf(requirement.compensation, '1', String(data[requirement.businessId])));
          expect(undone).toBe(first ? state?.resolution !== undefined && !made : true);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

function permutations<T>(items: T[]): T[][] {
  return items.length < 2
    ? [items]
    : items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}
