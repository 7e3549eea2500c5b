import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { RecordedEvent } from '#shared/kernel/recorded-event.ts';
import { anEvent, behaviourOf, createBench, type Happening } from '#shared/testing/rules-bench.ts';
import { kitchenService } from './service.ts';
import type { KitchenState } from './state.ts';

const MINUTE = 60_000;
const { given, rebuilt, owedIn } = createBench(
  kitchenService,
  behaviourOf<KitchenState>(kitchenService, { ORDER_TIMEOUT: '30m' }),
);

const price = { amountCharged: 15.99, currency: 'GBP' };
const created = anEvent('order.created');
const paid = anEvent('payment.completed', { paymentId: 'pay-1-001', ...price });
const paidTwice = anEvent('payment.completed', { paymentId: 'pay-1-002', ...price, amountCharged: 20 });
const declined = anEvent('payment.failed', { reason: 'insufficient-funds', errorCode: 'E001' });
const reserved = anEvent('inventory.reserved', { reservationId: 'inv-1-001' });
const expired = anEvent('inventory.expired', { reservationId: 'inv-1-001' });
const soldOut = anEvent('inventory.unavailable', { reason: 'out-of-stock', missing: [] });
const assigned = anEvent('chef.assigned', { chefId: 'chef-mario' });
const noChef = anEvent('chef.unavailable', { reason: 'all-chefs-busy' });
/** Somebody looks at the order. */
const deadline = { now: 30 * MINUTE, caughtUp: true };
const early = { now: 30 * MINUTE - 1, caughtUp: true };
const behind = { now: 31 * MINUTE, caughtUp: false };

const events = { created, paid, paidTwice, declined, reserved, expired, soldOut, assigned, noChef };
const happenings: Readonly<Record<string, Happening>> = { ...events, deadline, early, behind };

/** DESIGN §5. `undone`: which fulfilments the kitchen asks back, and why. */
const table = `
  given                                      | outcome                                          | undone
  created                                    | waiting                                          |
  created paid assigned                      | waiting                                          |
  created paid reserved assigned             | ready                                            |
  assigned reserved paid                     | ready                                            |
  created created paid paid assigned         | waiting                                          |
  created paid reserved behind assigned      | ready                                            |
  declined                                   | cancelled payment-failed: insufficient-funds     |
  created soldOut                            | cancelled inventory-unavailable: out-of-stock    |
  created noChef                             | cancelled chef-unavailable: all-chefs-busy       |
  created reserved declined                  | cancelled payment-failed: insufficient-funds     | reserved order-cancelled
  created paid declined                      | cancelled payment-failed: insufficient-funds     | paid order-cancelled
  created declined assigned                  | cancelled payment-failed: insufficient-funds     | assigned late
  created declined soldOut deadline          | cancelled payment-failed: insufficient-funds     |
  created paid reserved expired              | cancelled inventory-expired: ran-out-before-ready| paid order-cancelled, reserved order-cancelled
  created expired                            | waiting                                          |
  created expired reserved                   | cancelled inventory-expired: ran-out-before-ready| reserved order-cancelled
  created paid reserved assigned expired     | ready                                            |
  created paid reserved assigned declined    | ready                                            |
  created paid reserved assigned deadline    | ready                                            |
  created paid behind                        | waiting                                          |
  created paid early                         | waiting                                          |
  created deadline                           | timeout chef+inventory+payment                   |
  created assigned paid deadline             | timeout inventory                                | assigned order-timeout, paid order-timeout
  created paid deadline reserved             | timeout chef+inventory                           | paid order-timeout, reserved late
  created paid deadline declined created     | timeout chef+inventory                           | paid order-timeout
  created paid paidTwice                     | waiting                                          | paidTwice conflict
  created paid reserved assigned paidTwice   | ready                                            | paidTwice conflict
  created paid paidTwice deadline            | timeout chef+inventory                           | paidTwice conflict, paid order-timeout
  created paid deadline paidTwice            | timeout chef+inventory                           | paid order-timeout, paidTwice conflict
`;

describe('the decision table', () => {
  const rows = table.trim().split('\n').slice(1);
  it.each(rows.map((row) => row.split('|').map((cell) => cell.trim()) as [string, string, string]))(
    '%s: %s, undone: %s',
    (names, outcome, undone) => {
      const result = given(...names.split(' ').map(named));
      expect({ outcome: outcomeIn(result.events), undone: undoneIn(result.events).join(', ') }).toEqual({
        outcome,
        undone,
      });
    },
  );

  it('is ready in each of the 24 orders of the four events, with the same event', () => {
    const orders = permutations([created, paid, reserved, assigned]);
    expect(orders).toHaveLength(24);
    for (const order of orders)
      expect(given(...order).published).toEqual([
        'kitchen.ready ready-for-preparation {"paymentId":"pay-1-001","reservationId":"inv-1-001","chefId":"chef-mario"}',
      ]);
  });

  it('publishes what came and what was missing with a timeout, and asks back each fulfilment by its id', () => {
    expect(given(created, assigned, paid, reserved, expired).published).toEqual([
      'kitchen.ready ready-for-preparation {"paymentId":"pay-1-001","reservationId":"inv-1-001","chefId":"chef-mario"}',
    ]);
    expect(given(created, assigned, paid, deadline).published).toEqual([
      'order.timeout payment.completed chef.assigned inventory.reserved not-all-events-received',
      'chef.release chef-mario order-timeout',
      'payment.refund pay-1-001 order-timeout',
    ]);
    expect(given(reserved, declined).published).toEqual([
      'order.cancelled payment-failed: insufficient-funds',
      'inventory.release inv-1-001 order-cancelled',
    ]);
  });

  it('names the cause of each: what came last, the refusal, or the fulfilment that is asked back', () => {
    const causes = (...all: Happening[]) =>
      given(...all).events.flatMap(({ own, type, causationId }) => (own ? [`${type} <- ${causationId}`] : []));
    expect(causes(created, paid, assigned, reserved)).toEqual([`kitchen.ready <- ${reserved.id}`]);
    expect(causes(created, paid, assigned, declined)).toEqual([
      `order.cancelled <- ${declined.id}`,
      `payment.refund <- ${paid.id}`,
      `chef.release <- ${assigned.id}`,
    ]);
    expect(causes(created, paid, deadline)).toEqual([`order.timeout <- ${paid.id}`, `payment.refund <- ${paid.id}`]);
  });
});

describe('the deadline', () => {
  const paidAt = (storedAt: number) => ({ ...paid, storedAt });

  it('counts from the time at which order.created was stored in the stream', () => {
    expect(given(paidAt(1_000), { ...created, storedAt: 5_000 }).dueAt).toBe(5_000 + 30 * MINUTE);
  });

  it('counts from the earliest event until order.created is known', () => {
    expect(given(paidAt(2_000), { ...assigned, storedAt: 1_000 }).dueAt).toBe(1_000 + 30 * MINUTE);
  });

  it('is none once the order is decided, which then may be forgotten', () => {
    expect(given(created, declined)).toMatchObject({ dueAt: undefined, isClosed: true });
    expect(given(created, paid)).toMatchObject({ isClosed: false });
  });
});

describe('what an order adds to the counters', () => {
  it('is nothing before anything is known of it', () => {
    expect(given().tally).toEqual({});
  });

  it('is the stages that it reached, and while it waits, for what', () => {
    expect(given(created, paid).tally).toEqual({
      'stage:created': 1,
      'stage:paid': 1,
      'waiting:chef+inventory': 1,
      'money:held:GBP': 1_599,
    });
  });

  it('is its resolution with what was missing, and each compensation with its reason', () => {
    expect(given(created, paid, deadline, reserved).tally).toEqual({
      'stage:created': 1,
      'stage:paid': 1,
      'stage:reserved': 1,
      'stage:timeout': 1,
      'resolved:timeout:chef+inventory:none': 1,
      'compensation:payment.refund:order-timeout': 1,
      'compensation:inventory.release:late': 1,
    });
  });

  it('is its resolution with why it was cancelled, or that it is ready', () => {
    expect(given(declined).tally).toEqual({
      'stage:created': 1,
      'stage:cancelled': 1,
      'resolved:cancelled:none:payment-failed': 1,
    });
    expect(given(paid, reserved, assigned).tally).toEqual({
      'stage:created': 1,
      'stage:paid': 1,
      'stage:reserved': 1,
      'stage:chef_assigned': 1,
      'stage:ready': 1,
      'resolved:ready:none:none': 1,
      'money:sold:GBP': 1_599,
    });
  });

  it('is the money held while it waits and sold when it is ready: what was charged is the one, the other, or asked back', () => {
    const money = (...all: Happening[]) =>
      Object.fromEntries(Object.entries(given(...all).tally).filter(([name]) => name.startsWith('money:')));
    expect(money(created, assigned)).toEqual({});
    expect(money(created, paid)).toEqual({ 'money:held:GBP': 1_599 });
    expect(money(created, paid, paidTwice)).toEqual({ 'money:held:GBP': 1_599 });
    expect(money(paid, reserved, assigned, paidTwice)).toEqual({ 'money:sold:GBP': 1_599 });
    expect(money(created, paid, soldOut)).toEqual({});
    expect(money(created, soldOut, paid)).toEqual({});
    expect(money(created, paid, deadline)).toEqual({});
  });
});

describe('how an event ended', () => {
  it('is ok, late after the decision, or conflict for a second fulfilment', () => {
    expect(given(created, paid).outcome).toBe('ok');
    expect(given(paid, reserved, assigned).outcome).toBe('ok');
    expect(given(created, declined, assigned).outcome).toBe('late');
    expect(given(created, declined, soldOut).outcome).toBe('late');
    expect(given(created, paid, paidTwice).outcome).toBe('conflict');
    expect(given(created, paid, reserved, assigned, paidTwice).outcome).toBe('conflict');
  });
});

describe('what is told of a decision', () => {
  const at = (event: RecordedEvent, storedAt: number) => ({ ...event, storedAt });

  it('is how long the order took, what came last, and how close the deadline was', () => {
    const happened = [created, at(paid, 1_000), at(assigned, 2_000), { now: 3_000 }, at(reserved, 3_000)];
    expect(given(...happened).milestone).toMatchObject({
      outcome: 'ready',
      missing: [],
      reason: undefined,
      last: 'inventory',
      sinceOrderedMs: 3_000,
      joinWaitMs: 2_000,
      slackMs: 30 * MINUTE - 3_000,
      startedBy: { id: created.id },
      decidedBy: { id: reserved.id },
    });
  });

  it('is measured by the stream where the clock of the store is behind it, and the order’s own clock does not count', () => {
    const ahead = { ...at(created, 10_000), occurredAt: 60_000 };
    const happened = [ahead, at(paid, 11_000), at(assigned, 12_000), { now: 3_000 }, at(reserved, 13_000)];
    expect(given(...happened).milestone).toMatchObject({ sinceOrderedMs: 3_000, joinWaitMs: 2_000 });
  });

  it('is why it was cancelled, or what was missing when it timed out', () => {
    expect(given(created, noChef).milestone).toMatchObject({
      outcome: 'cancelled',
      reason: 'chef-unavailable: all-chefs-busy',
      decidedBy: { id: noChef.id },
    });
    expect(given(created, paid, deadline).milestone).toMatchObject({
      outcome: 'timeout',
      missing: ['chef', 'inventory'],
      reason: 'not-all-events-received',
      decidedBy: undefined,
      slackMs: 0,
    });
    expect(given(created, paid).milestone).toBeUndefined();
  });
});

describe('in any sequence of events', () => {
  const all = Object.values(events);
  const sequences = fc
    .shuffledSubarray(all, { minLength: 1 })
    .chain((some) => fc.tuple(fc.constant(some), fc.integer({ min: 0, max: some.length })))
    .map(([some, judgedAt]) => some.toSpliced(judgedAt, 0, deadline as never) as Happening[]);

  it('there is one outcome for ever, and each fulfilment is undone exactly when it is not the one that counted', () => {
    const checked = fc.property(sequences, (happened) => {
      const { published, state, events: recorded } = given(...happened);
      const outcomes = published.filter((line) => /^(kitchen.ready|order.cancelled|order.timeout)/.test(line));
      expect(outcomes).toHaveLength(state.resolution ? 1 : 0);
      for (let upTo = 1; upTo < happened.length; upTo += 1) {
        const before = given(...happened.slice(0, upTo));
        expect(published.slice(0, before.published.length)).toEqual(before.published);
      }
      const undone = undoneIn(recorded);
      for (const [name, { type }] of Object.entries(events)) {
        const same = happened.filter((one) => 'type' in one && one.type === type);
        if (!same.includes(happenings[name] as Happening) || !isFulfilment(type)) continue;
        const counts = same[0] === happenings[name] && state.resolution?.outcome !== 'cancelled';
        const isKept = counts && state.resolution?.outcome !== 'timeout';
        expect(undone.filter((line) => line.split(' ')[0] === name)).toHaveLength(isKept ? 0 : 1);
      }
    });
    fc.assert(checked, { numRuns: 1_000 });
  });

  it('nothing is owed once its own events are folded, and a rebuild in any order of the stream comes to the same', () => {
    const streams = sequences.chain((happened) =>
      fc.tuple(fc.constant(given(...happened)), fc.infiniteStream(fc.nat())),
    );
    const checked = fc.property(streams, ([lived, choices]) => {
      expect(owedIn(lived.state)).toEqual([]);
      const again = rebuilt(...streamOrder(lived.events, choices));
      expect(owedIn(again.state)).toEqual([]);
      expect(owedIn(again.state, deadline)).toEqual(owedIn(lived.state, deadline));
      expect({ tally: again.tally, dueAt: again.dueAt }).toEqual({ tally: lived.tally, dueAt: lived.dueAt });
    });
    fc.assert(checked, { numRuns: 2_000 });
  });
});

describe('the kitchen, rebuilt from what it consumed and published', () => {
  const ids = { reservationId: 'inv-1-001', chefId: 'chef-mario' };
  const timeout = anEvent('order.timeout', {
    receivedEvents: ['payment.completed'],
    missingEvents: ['inventory.reserved', 'chef.assigned'],
  });
  const readyWith = (paymentId: string) => anEvent('kitchen.ready', { correlationData: { paymentId, ...ids } });
  const refund = ({ data }: RecordedEvent, reason: string) =>
    anEvent('payment.refund', { paymentId: data.paymentId, reason });
  /** What it publishes when it goes on. */
  const goesOn = (...history: RecordedEvent[]) => {
    const { state, tally } = rebuilt(...history);
    return { owed: owedIn(state), tally, outcome: state.resolution?.outcome };
  };

  it('holds on to a timeout although by now everything has come', () => {
    const { outcome, owed } = goesOn(paid, reserved, assigned, timeout);
    expect(outcome).toBe('timeout');
    expect(owed).toEqual([
      'payment.refund pay-1-001 order-timeout',
      'inventory.release inv-1-001 order-timeout',
      'chef.release chef-mario order-timeout',
    ]);
  });

  it('holds on to ready although a refusal came first in the stream', () => {
    expect(goesOn(noChef, paid, reserved, assigned, readyWith('pay-1-001'))).toMatchObject({
      outcome: 'ready',
      owed: [],
    });
  });

  it('holds on to a cancellation, with its reason', () => {
    const cancelled = anEvent('order.cancelled', { reason: 'chef-unavailable: all-chefs-busy' });
    const { owed, tally } = goesOn(paid, noChef, cancelled);
    expect(owed).toEqual(['payment.refund pay-1-001 order-cancelled']);
    expect(tally).toMatchObject({ 'resolved:cancelled:none:chef-unavailable': 1 });
  });

  it('makes an order of which it undid a second charge', () => {
    const { owed } = goesOn(paid, paidTwice, reserved, assigned, refund(paidTwice, 'conflict'));
    expect(owed).toEqual([expect.stringMatching(/^kitchen.ready .*pay-1-001/)]);
  });

  it('counts why it undid something as the request said', () => {
    expect(goesOn(paid, timeout, refund(paid, 'late')).tally).toMatchObject({
      'compensation:payment.refund:late': 1,
    });
  });

  describe('of two charges that the stream has in the other order', () => {
    it('keeps the one that kitchen.ready names', () => {
      const { owed, tally } = goesOn(paid, paidTwice, reserved, assigned, readyWith('pay-1-002'));
      expect(owed).toEqual(['payment.refund pay-1-001 conflict']);
      expect(tally).toMatchObject({ 'money:sold:GBP': 2_000 });
    });

    it('undoes the one that is left of them when it is not the one that the order was made with', () => {
      const { owed, tally } = goesOn(paid, reserved, assigned, readyWith('pay-1-002'));
      expect(owed).toEqual(['payment.refund pay-1-001 conflict']);
      expect(tally).not.toHaveProperty('money:sold:GBP');
    });

    it('makes the order with the one that it did not undo', () => {
      const { owed } = goesOn(paid, paidTwice, reserved, assigned, refund(paid, 'conflict'));
      expect(owed).toEqual([expect.stringMatching(/^kitchen.ready .*pay-1-002/)]);
    });
  });
});

function named(name: string): Happening {
  const happening = happenings[name];
  if (!happening) throw new TypeError(`nothing is called ${name}`);
  return happening;
}

const isFulfilment = (type: string): boolean => pizzaFlow.requirements.some(({ fulfilled }) => fulfilled === type);

/** `timeout chef+inventory` */
function outcomeIn(recorded: readonly RecordedEvent[]): string {
  const outcomes = recorded.flatMap(({ type, data }) => {
    if (type === 'kitchen.ready') return ['ready'];
    if (type === 'order.cancelled') return [`cancelled ${data.reason}`];
    return type === 'order.timeout' ? [`timeout ${namesOf(data.missingEvents as string[])}`] : [];
  });
  return outcomes.join(', ') || 'waiting';
}

const namesOf = (types: readonly string[]): string =>
  types
    .map((type) => pizzaFlow.requirements.find(({ fulfilled }) => fulfilled === type)?.name)
    .sort()
    .join('+');

/** `paid order-timeout` */
function undoneIn(recorded: readonly RecordedEvent[]): string[] {
  return recorded.flatMap(({ type, data }) => {
    const requirement = pizzaFlow.requirements.find(({ compensation }) => compensation === type);
    if (!requirement) return [];
    const { fulfilled, businessId } = requirement;
    const isUndone = (event: RecordedEvent) => event.type === fulfilled && event.data[businessId] === data[businessId];
    return [`${Object.entries(events).find(([, event]) => isUndone(event))?.[0]} ${data.reason}`];
  });
}

/** The events in another order that the stream may have had: what was published comes after all that had been consumed. */
function streamOrder(lived: readonly RecordedEvent[], choices: Iterator<number>): RecordedEvent[] {
  const left = [...lived];
  const ordered: RecordedEvent[] = [];
  while (left.length > 0) {
    const possible = left.filter((event, at) => !event.own || at === 0);
    const chosen = possible[(choices.next().value as number) % possible.length] as RecordedEvent;
    left.splice(left.indexOf(chosen), 1);
    ordered.push(chosen);
  }
  return ordered;
}

function permutations<T>(items: T[]): T[][] {
  return items.length < 2
    ? [items]
    : items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}
