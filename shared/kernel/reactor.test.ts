import { beforeEach, describe, expect, it } from 'vitest';
import { createReactorBench } from '#shared/kernel/fixtures/reactor-bench.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import type { ReceivedEvent } from '#shared/messaging/read-event.ts';
import type { Behaviour } from './behaviour.ts';

interface State {
  readonly events: number;
  readonly paid?: true;
  readonly isReady?: true;
  readonly chefId?: string;
  readonly isReleased?: true;
}

/** The kitchen's seat with simple rules: a payment is answered by kitchen.ready, a chef is sent away again. */
const simple: Behaviour<State> = {
  rules: {
    initial: { events: 0 },
    evolve(before, { type, data }) {
      const state = { ...before, events: before.events + 1 };
      if (type === 'payment.completed') return { ...state, paid: true };
      if (type === 'kitchen.ready') return { ...state, isReady: true };
      if (type === 'chef.assigned') return { ...state, chefId: String(data.chefId) };
      return type === 'chef.release' ? { ...state, isReleased: true } : state;
    },
    decide({ paid, isReady, chefId, isReleased }, { orderId }) {
      const correlationData = { paymentId: 'p', reservationId: 'r', chefId: 'c' };
      if (paid && !isReady) {
        const data = { orderId, status: 'ready-for-preparation', correlationData };
        return { publish: [{ type: 'kitchen.ready', data }] };
      }
      if (chefId && !isReleased)
        return { publish: [{ type: 'chef.release', data: { orderId, chefId, reason: 'late' } }] };
      return {};
    },
    tally: ({ events, isReady }) => ({ events, ready: isReady ? 1 : 0 }),
    isClosed: ({ isReady }) => isReady === true,
  },
  outcomeOf: ({ isReady }) => (isReady ? 'late' : 'ok'),
  milestoneOf: ({ isReady }, after) =>
    after.isReady && !isReady
      ? {
          outcome: 'ready',
          missing: [],
          reason: undefined,
          last: undefined,
          contributions: [],
          decidedBy: undefined,
          startedBy: undefined,
          sinceOrderedMs: 0,
          joinWaitMs: 0,
          slackMs: 0,
        }
      : undefined,
};

const READY = 'kitchen-1-ready-001';
const RELEASE = expect.stringMatching(/^chef-1-release-/);
const BROKER_FORGETS_AFTER_MS = 120_000;

let bench: ReturnType<typeof createReactorBench>;
const aProcess = () => bench.process(simple);
beforeEach(() => {
  bench = createReactorBench();
});

describe('an event that is delivered again', () => {
  it('to the process that published because of it publishes nothing more', async () => {
    const one = aProcess();
    const paid = bench.message('payment.completed');
    expect(await one.react(paid)).toBe('ok');
    expect(await one.react(paid)).toBe('duplicate');
    expect(bench.published()).toEqual([READY]);
  });

  it('to another process is published again with the same id, which the stream drops: the first one may have crashed', async () => {
    const paid = bench.message('payment.completed');
    await aProcess().react(paid);
    expect(await aProcess().react(paid)).toBe('duplicate');
    expect(bench.published()).toEqual([READY, READY]);
    expect(await bench.stored('kitchen.ready')).toBe(1);
  });

  it('as a copy, or about the same business transaction, publishes nothing: that is up to the message that came first', async () => {
    const paid = bench.message('payment.completed');
    await aProcess().react(paid);
    const other = aProcess();
    expect(await other.react(bench.copyOf(paid))).toBe('duplicate');
    expect(await other.react(bench.message('payment.completed', {}, 'another-id'))).toBe('duplicate');
    expect(bench.published()).toEqual([READY]);
    expect(await bench.recorded()).toHaveLength(2);
  });

  it('is counted once, and told of once', async () => {
    const [one, other] = [aProcess(), aProcess()];
    const paid = bench.message('payment.completed');
    await Promise.all([one.react(paid), other.react(paid), other.react(bench.copyOf(paid))]);
    await one.react(paid);
    expect((await bench.store.counters()).counters).toEqual({ events: 2, ready: 1 });
    expect(bench.milestones).toEqual(['ready']);
  });

  it('when it announces an order is a duplicate, or a conflict when it says something else', async () => {
    const one = aProcess();
    await one.react(bench.message('order.created'));
    expect(await one.react(bench.message('order.created', {}, 'again'))).toBe('duplicate');
    expect(await one.react(bench.message('order.created', { size: 'small' }, 'changed'))).toBe('conflict');
    expect(await bench.recorded()).toHaveLength(1);
  });
});

it('replicas that get all events of an order at the same time record each once and publish one event', async () => {
  const replicas = [aProcess(), aProcess(), aProcess()];
  const types = ['order.created', 'payment.completed', 'inventory.reserved', 'chef.assigned'];
  const messages = types.map((type) => bench.message(type));
  await Promise.all(messages.flatMap((message) => replicas.map((replica) => replica.react(message))));
  const recorded = await bench.recorded();
  expect(recorded.map(({ type }) => type).sort()).toEqual([...types, 'chef.release', 'kitchen.ready'].sort());
  expect(new Set(recorded.map(({ id }) => id)).size).toBe(6);
  expect(new Set(bench.published())).toEqual(new Set([READY, RELEASE]));
  expect([await bench.stored('kitchen.ready'), await bench.stored('chef.release')]).toEqual([1, 1]);
  expect((await bench.store.counters()).counters).toEqual({ events: 6, ready: 1 });
});

it('an event ends as the rules say of the states before and after it', async () => {
  const one = aProcess();
  expect(await one.react(bench.message('payment.completed'))).toBe('ok');
  expect(await one.react(bench.message('chef.assigned'))).toBe('late');
});

describe('while the broker is away', () => {
  it('nothing is acknowledged, and the same bytes are published when it is back', async () => {
    const one = aProcess();
    const paid = bench.message('payment.completed');
    bench.faults.publish = true;
    await expect(one.react(paid)).rejects.toThrow(Unavailable);
    await expect(one.react(paid)).rejects.toThrow(Unavailable);
    bench.faults.publish = false;
    bench.clock.advance(5_000);
    expect(await one.react(paid)).toBe('duplicate');
    const [first, second, third] = bench.tries;
    expect(first?.headers['ce-id']).toBe(READY);
    expect([second, third]).toEqual([first, first]);
    expect(await bench.stored('kitchen.ready')).toBe(1);
    expect((await bench.recorded()).filter(({ own }) => own)).toHaveLength(1);
  });

  it('longer than it knows its duplicates, the redelivery still publishes what it is owed', async () => {
    const paid = bench.message('payment.completed');
    bench.faults.publish = true;
    await expect(aProcess().react(paid)).rejects.toThrow(Unavailable);
    bench.faults.publish = false;
    bench.clock.advance(2 * BROKER_FORGETS_AFTER_MS);
    await aProcess().react(paid);
    expect(await bench.stored('kitchen.ready')).toBe(1);
  });
});

describe('after a process committed and crashed before it published', () => {
  let paid: ReceivedEvent;
  beforeEach(async () => {
    paid = bench.message('payment.completed');
    bench.faults.publish = true;
    await expect(aProcess().react(paid)).rejects.toThrow(Unavailable);
    bench.faults.publish = false;
    bench.tries.length = 0;
  });

  it('a copy publishes nothing, the redelivery does', async () => {
    const other = aProcess();
    expect(await other.react(bench.copyOf(paid))).toBe('duplicate');
    expect(bench.published()).toEqual([]);
    expect(await other.react(paid)).toBe('duplicate');
    expect(bench.published()).toEqual([READY]);
  });

  it('whoever publishes because of a later event repeats it first', async () => {
    await aProcess().react(bench.message('chef.assigned'));
    expect(bench.published()).toEqual([READY, RELEASE]);
  });

  it('a later event that has no consequence leaves it to the redelivery', async () => {
    await aProcess().react(bench.message('inventory.reserved'));
    expect(bench.published()).toEqual([]);
  });

  it('the redelivery publishes it although the contract has lost one of its fields since then', async () => {
    const { load } = bench.store;
    const older = (entry: string) => entry.replace('"ready-for-preparation"', '"ready","oven":"stone"');
    bench.store.load = async (id) => {
      const document = await load(id);
      return { ...document, entries: document.entries.map(older) };
    };
    await aProcess().react(paid);
    expect(bench.tries.map(({ body }) => body)).toEqual([expect.stringContaining('"oven":"stone"')]);
  });

  it('what is older than the broker knows its duplicates is left to the redelivery, too', async () => {
    bench.clock.advance(BROKER_FORGETS_AFTER_MS + 1);
    const other = aProcess();
    await other.react(bench.message('chef.assigned'));
    expect(bench.published()).toEqual([RELEASE]);
    await other.react(paid);
    expect(bench.published().slice(1)).toContain(READY);
  });
});

it('a commit whose answer was lost is found done at the next try, which publishes', async () => {
  const one = aProcess();
  const paid = bench.message('payment.completed');
  bench.faults.unanswered = 1;
  await expect(one.react(paid)).rejects.toThrow(Unavailable);
  expect(bench.published()).toEqual([]);
  expect(await one.react(paid)).toBe('duplicate');
  expect(bench.published()).toEqual([READY]);
  expect((await bench.store.counters()).counters).toEqual({ events: 2, ready: 1 });
});

it('a stream that knows the message id from another message stores the event all the same', async () => {
  const headers = { 'Nats-Msg-Id': `kitchen.ready:${READY}` };
  await bench.bus.publish({ subject: 'pizza.payment.completed.2', headers, body: '{}' });
  await aProcess().react(bench.message('payment.completed'));
  expect(await bench.stored('kitchen.ready')).toBe(1);
});

describe('what is refused', () => {
  it('is a flood of different events of one order', async () => {
    const one = aProcess();
    for (let n = 1; n < 100; n += 1)
      await one.react(bench.message('payment.completed', { paymentId: `pay-1-${n}` }, `event-${n}`));
    const oneMore = bench.message('payment.completed', { paymentId: 'one-more' }, 'one-more');
    await expect(one.react(oneMore)).rejects.toMatchObject({ name: 'Terminal', reason: 'too-many-events' });
    expect(await one.react(bench.message('payment.completed', { paymentId: 'pay-1-7' }, 'event-7'))).toBe('duplicate');
  });

  it('is an event id that was used for another content', async () => {
    const one = aProcess();
    await one.react(bench.message('payment.completed', {}, 'reused'));
    const reuse = bench.message('payment.completed', { amountCharged: 99 }, 'reused');
    for (const process of [one, aProcess()])
      await expect(process.react(reuse)).rejects.toMatchObject({ name: 'Terminal', reason: 'id-reuse' });
    expect((await bench.store.counters()).counters).toEqual({ events: 2, ready: 1 });
  });
});
