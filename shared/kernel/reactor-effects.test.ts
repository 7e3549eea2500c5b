import { beforeEach, describe, expect, it } from 'vitest';
import { chefService } from '#services/chef-service/service.ts';
import { createReactorBench } from '#shared/kernel/fixtures/reactor-bench.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import { behaviourOf } from '#shared/testing/rules-bench.ts';
import type { Behaviour, Learnt } from './behaviour.ts';

interface Charged {
  readonly isIntended?: true;
  readonly isCharged?: true;
  readonly isPublished?: true;
}
const paymentId = 'pay-1-001';
const COMPLETED = 'payment-1-completed-001';

/** Payment's seat: an order is charged by `perform`, and asked for again 500 ms later until that has an answer. */
const charging = (perform: () => Promise<Learnt | undefined>): Behaviour<Charged> => ({
  rules: {
    initial: {},
    evolve(state, { type }) {
      if (type === 'order.created') return { ...state, isIntended: true };
      return type === 'charged' ? { ...state, isCharged: true } : { ...state, isPublished: true };
    },
    decide({ isIntended, isCharged, isPublished }, { orderId }) {
      const charge = { status: 'approved', amountCharged: 1, currency: 'GBP', transactionId: 't' };
      const data = { orderId, paymentId, ...charge };
      if (isCharged && !isPublished) return { publish: [{ type: 'payment.completed', data }] };
      return isIntended && !isCharged ? { effects: [{ id: 'charge' }] } : {};
    },
    tally: ({ isCharged }) => ({ charged: isCharged ? 1 : 0 }),
    dueAt: ({ isIntended, isCharged }, now) => (isIntended && !isCharged ? now + 500 : undefined),
    isClosed: ({ isPublished }) => isPublished === true,
  },
  perform,
});

describe('an effect', () => {
  let bench: ReturnType<typeof createReactorBench>;
  let performed: number;
  const answer = async () => {
    performed += 1;
    return { id: `answer`, type: 'charged', data: {} };
  };
  const typesIn = async () => (await bench.recorded()).map(({ type }) => type);
  const due = async () => (await bench.store.oldest(1))[0];
  beforeEach(() => {
    bench = createReactorBench('payment-service');
    performed = 0;
  });

  it('begins when its intent is committed, and what it taught is recorded, counted and published', async () => {
    const seen: string[][] = [];
    const perform = async () => {
      seen.push(await typesIn());
      return answer();
    };
    expect(await bench.process(charging(perform)).react(bench.message('order.created'))).toBe('ok');
    expect(seen).toEqual([['order.created']]);
    expect(await typesIn()).toEqual(['order.created', 'charged', 'payment.completed']);
    expect(bench.published()).toEqual([COMPLETED]);
    expect((await bench.store.counters()).counters).toEqual({ charged: 1 });
    expect(await due()).toBeUndefined();
  });

  it('that a crash interrupted is performed again when the message is redelivered', async () => {
    const created = bench.message('order.created');
    const crash = async () => {
      performed += 1;
      throw new Error('the process was killed');
    };
    await expect(bench.process(charging(crash)).react(created)).rejects.toThrow('killed');
    expect(await typesIn()).toEqual(['order.created']);
    expect(await bench.process(charging(answer)).react(created)).toBe('duplicate');
    expect(performed).toBe(2);
    expect(bench.published()).toEqual([COMPLETED]);
  });

  it('that was performed and not recorded is performed again, with what it taught recorded once', async () => {
    const created = bench.message('order.created');
    const replicas = [bench.process(charging(answer)), bench.process(charging(answer))];
    await Promise.all(replicas.map((replica) => replica.react(created)));
    expect(await typesIn()).toEqual(['order.created', 'charged', 'payment.completed']);
    expect((await bench.store.counters()).counters).toEqual({ charged: 1 });
    expect(await bench.stored('payment.completed')).toBe(1);
  });

  it('whose result another process recorded and could not publish is published by the one that asked first', async () => {
    const created = bench.message('order.created');
    const other = bench.process(charging(answer));
    const first = bench.process(
      charging(async () => {
        bench.faults.publish = true;
        await expect(other.react(created)).rejects.toThrow(Unavailable);
        bench.faults.publish = false;
        return answer();
      }),
    );
    // Its acknowledgement would settle the message for both.
    expect(await first.react(created)).toBe('ok');
    expect(await bench.stored('payment.completed')).toBe(1);
  });

  it('whose result a second delivery recorded and could not publish is published when due: the first one is acknowledged', async () => {
    const created = bench.message('order.created');
    expect(await bench.process(charging(async () => undefined)).react(created)).toBe('ok');
    bench.faults.publish = true;
    await expect(bench.process(charging(answer)).react(created)).rejects.toThrow(Unavailable);
    bench.faults.publish = false;

    bench.clock.advance(500);
    const next = bench.process(charging(answer));
    for (const claimed of await bench.store.claimDue(1, 1_000)) await next.attend(claimed, true);
    expect(performed).toBe(1);
    expect(await bench.stored('payment.completed')).toBe(1);
    expect(await due()).toBeUndefined();
  });

  it('without an answer is performed once in a run, and again when the order is due', async () => {
    let isAnswering = false;
    const one = bench.process(
      charging(async () => {
        const answered = await answer();
        return isAnswering ? answered : undefined;
      }),
    );
    await one.react(bench.message('order.created'));
    expect(performed).toBe(1);
    const first = await due();
    expect(first?.dueAt).toBe(bench.clock() + 500);

    bench.clock.advance(500);
    for (const claimed of await bench.store.claimDue(1, 1_000)) await one.attend(claimed, true);
    expect(performed).toBe(2);
    expect(await due()).toEqual({ id: '1', dueAt: bench.clock() + 500 });

    isAnswering = true;
    bench.clock.advance(500);
    for (const claimed of await bench.store.claimDue(1, 1_000)) await one.attend(claimed, true);
    expect(bench.published()).toEqual([COMPLETED]);
    expect(await due()).toBeUndefined();
  });

  it('whose result is not published leaves the message to be delivered again, and is not repeated then', async () => {
    const one = bench.process(charging(answer));
    const created = bench.message('order.created');
    bench.faults.publish = true;
    await expect(one.react(created)).rejects.toThrow(Unavailable);
    bench.faults.publish = false;
    await one.react(created);
    expect(performed).toBe(1);
    expect(await bench.stored('payment.completed')).toBe(1);
  });
});

describe('what orders hold of pools', () => {
  let bench: ReturnType<typeof createReactorBench>;
  const behaviour = behaviourOf(chefService);
  const aProcess = () => bench.process(behaviour);
  const pepperoni = () => bench.message('order.created', { pizzaType: 'pepperoni' });
  const pools = async () => (await bench.store.counters()).pools;
  beforeEach(() => {
    bench = createReactorBench('chef-service');
  });

  it('is taken with the decision and given back once', async () => {
    await bench.store.stock({ 'chef-luca': 1 }, 'missing');
    const one = aProcess();
    await one.react(pepperoni());
    expect(await pools()).toEqual({ 'chef-luca': 0 });
    const release = bench.message('chef.release', { chefId: 'chef-luca' });
    const replicas = [one, aProcess(), aProcess()];
    await Promise.all(replicas.map((replica) => replica.react(release)));
    await one.react(bench.message('kitchen.ready'));
    expect(await pools()).toEqual({ 'chef-luca': 1 });
  });

  it('is decided again when a pool has too little, and refused when all have', async () => {
    await bench.store.stock({ 'chef-luca': 0, 'chef-mario': 0, 'chef-giulia': 1, 'chef-sofia': 0 }, 'missing');
    await aProcess().react(pepperoni());
    expect(await pools()).toMatchObject({ 'chef-giulia': 0 });
    expect((await bench.recorded()).at(-1)).toMatchObject({ type: 'chef.assigned', data: { chefId: 'chef-giulia' } });

    bench = createReactorBench('chef-service');
    await bench.store.stock({ 'chef-luca': 0, 'chef-mario': 0, 'chef-giulia': 0, 'chef-sofia': 0 }, 'missing');
    await aProcess().react(pepperoni());
    expect((await bench.recorded()).at(-1)).toMatchObject({
      type: 'chef.unavailable',
      data: { reason: 'all-chefs-busy' },
    });
  });

  it('is taken once although another replica was first', async () => {
    await bench.store.stock({ 'chef-luca': 5 }, 'missing');
    const created = pepperoni();
    await Promise.all([aProcess(), aProcess(), aProcess()].map((replica) => replica.react(created)));
    expect(await pools()).toEqual({ 'chef-luca': 4 });
    expect(await bench.recorded()).toHaveLength(2);
  });
});
