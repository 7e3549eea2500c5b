import { beforeEach, describe, expect, it } from 'vitest';
import { kitchenService } from '#services/kitchen-service/service.ts';
import { createReactorBench } from '#shared/kernel/fixtures/reactor-bench.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import type { Due } from '#shared/store/store.ts';
import { behaviourOf } from '#shared/testing/rules-bench.ts';

const TIMEOUT_MS = 60_000;
const LEASE_MS = 5_000;
const ORDER_TIMEOUT = 'order-1-timeout-001';
const behaviour = behaviourOf(kitchenService, { ORDER_TIMEOUT: '1m' });

let bench: ReturnType<typeof createReactorBench>;
const aProcess = () => bench.process(behaviour);
const claim = async (): Promise<Due | undefined> => (await bench.store.claimDue(10, LEASE_MS))[0];
const isDue = async (): Promise<boolean> => (await bench.store.oldest(1)).length > 0;

/** An order that has waited until its deadline, claimed by whoever is to attend to it. */
async function overdue(): Promise<Due> {
  await aProcess().react(bench.message('order.created'));
  bench.clock.advance(TIMEOUT_MS);
  const due = await claim();
  if (!due) throw new Error('the order is not due');
  return due;
}

describe('an order that is due', () => {
  beforeEach(() => {
    bench = createReactorBench();
  });

  it('is decided, published, and due no more', async () => {
    await aProcess().attend(await overdue(), true);
    expect(bench.published()).toEqual([ORDER_TIMEOUT]);
    expect(bench.milestones).toEqual(['timeout']);
    expect(await isDue()).toBe(false);
  });

  it('stays due while deadlines may not be judged', async () => {
    const due = await overdue();
    await aProcess().attend(due, false);
    expect(bench.published()).toEqual([]);
    expect(await bench.store.oldest(1)).toEqual([due]);
  });

  it('stays due until the broker has what was decided: whoever claims it next publishes it, with the same id', async () => {
    bench.faults.publish = true;
    const due = await overdue();
    await expect(aProcess().attend(due, true)).rejects.toThrow(Unavailable);
    expect((await bench.recorded()).map(({ type }) => type)).toEqual(['order.created', 'order.timeout']);
    expect(await claim()).toBeUndefined();

    bench.clock.advance(LEASE_MS);
    bench.faults.publish = false;
    const again = await claim();
    expect(again).toEqual(due);
    await aProcess().attend(again ?? due, false);
    expect(bench.tries).toEqual([bench.tries[0], bench.tries[0]]);
    expect(await bench.stored('order.timeout')).toBe(1);
    expect(await isDue()).toBe(false);
  });

  it('stays due for longer than the broker knows its duplicates', async () => {
    bench.faults.publish = true;
    await expect(aProcess().attend(await overdue(), true)).rejects.toThrow(Unavailable);
    bench.clock.advance(9 * 60_000);
    bench.faults.publish = false;
    const again = await claim();
    if (again) await aProcess().attend(again, true);
    expect(await bench.stored('order.timeout')).toBe(1);
    expect(await isDue()).toBe(false);
  });

  it('is decided once when two attend to it, and when the answer to a commit is lost', async () => {
    const due = await overdue();
    const [one, other] = [aProcess(), aProcess()];
    await Promise.all([one.attend(due, true), other.attend(due, true)]);
    expect(await bench.stored('order.timeout')).toBe(1);
    expect((await bench.store.counters()).counters).toMatchObject({ 'stage:timeout': 1 });
    expect(bench.milestones).toEqual(['timeout']);

    bench = createReactorBench();
    const next = await overdue();
    const attending = aProcess();
    bench.faults.unanswered = 1;
    await expect(attending.attend(next, true)).rejects.toThrow(Unavailable);
    await attending.attend(next, true);
    expect(await bench.stored('order.timeout')).toBe(1);
    expect(await isDue()).toBe(false);
  });

  it('stays due although an event comes before it is published, which repeats what was decided first', async () => {
    bench.faults.publish = true;
    const due = await overdue();
    await expect(aProcess().attend(due, true)).rejects.toThrow(Unavailable);
    bench.faults.publish = false;
    bench.tries.length = 0;
    expect(await aProcess().react(bench.message('chef.assigned', { chefId: 'chef-mario' }))).toBe('late');
    expect(bench.published()).toEqual([ORDER_TIMEOUT, expect.stringMatching(/^chef-1-release-/)]);
    expect(await bench.store.oldest(1)).toEqual([due]);

    bench.clock.advance(LEASE_MS);
    const again = await claim();
    await aProcess().attend(again as Due, true);
    expect(await isDue()).toBe(false);
    expect(await bench.stored('order.timeout')).toBe(1);
  });

  it('stays due although an event without consequences comes before it is published', async () => {
    bench.faults.publish = true;
    const due = await overdue();
    await expect(aProcess().attend(due, true)).rejects.toThrow(Unavailable);
    bench.faults.publish = false;
    await aProcess().react(bench.message('payment.failed'));
    expect(await bench.store.oldest(1)).toEqual([due]);
  });

  it('is ready rather than timed out when everything came before it was decided', async () => {
    const due = await overdue();
    const one = aProcess();
    for (const type of ['payment.completed', 'inventory.reserved', 'chef.assigned'])
      await one.react(bench.message(type));
    await aProcess().attend(due, true);
    expect(bench.published()).toContain('kitchen-1-ready-001');
    expect(await bench.stored('order.timeout')).toBe(0);
    expect(await isDue()).toBe(false);
  });

  it('and is forgotten by now is due no more', async () => {
    const due = await overdue();
    await bench.store.commit('1', await bench.store.load('1'), { expireAfterMs: 1 });
    bench.clock.advance(1);
    await aProcess().attend(due, true);
    expect(bench.published()).toEqual([]);
    expect(await isDue()).toBe(false);
  });
});
