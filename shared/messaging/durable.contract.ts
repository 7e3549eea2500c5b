import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createTopic, numbers, textOf } from '#shared/messaging/fixtures/bus-topic.ts';
import type { BusUnderTest } from './bus.contract.ts';
import type { Delivery } from './subscriber.ts';

/** What every implementation promises of a durable. */
export function durableContract(under: () => BusUnderTest): void {
  const topic = () => createTopic(under().bus);
  deliveryContract(topic, under);
  sharingContract(topic, under);
}

function deliveryContract(topic: () => ReturnType<typeof createTopic>, under: () => BusUnderTest): void {
  it('delivers what was stored before it began and after, each once when acknowledged', async () => {
    const { publishAll, collect } = topic();
    await publishAll([0, 1, 2]);
    const { got, until, caughtUp, drain } = await collect();
    await publishAll([3, 4]);
    await until(5);
    expect(await caughtUp()).toBe(true);
    await drain();
    expect(got.map(textOf).sort()).toEqual(['0', '1', '2', '3', '4']);
    expect(got.every(({ deliveryCount }) => deliveryCount === 1)).toBe(true);
    const [stored] = await under().bus.read(got[0]?.subject ?? '');
    expect(got[0]).toMatchObject({ ...stored });
  });

  it('goes on where it was when it is consumed again', async () => {
    const { publishAll, collect } = topic();
    await publishAll([0, 1]);
    const before = await collect();
    expect(await before.caughtUp()).toBe(true);
    await before.drain();
    await publishAll([2]);
    const after = await collect();
    expect(await after.caughtUp()).toBe(true);
    await after.drain();
    expect(after.got.map(textOf)).toEqual(['2']);
  });

  it('delivers again, and not before the delay, what was given back', async () => {
    const { publish, collect } = topic();
    const at: number[] = [];
    const { got, until, caughtUp, drain } = await collect((delivery) => {
      at.push(performance.now());
      return delivery.deliveryCount < 3 ? delivery.nak(delivery.deliveryCount === 1 ? 0 : 300) : delivery.ack();
    });
    await publish('a');
    await until(3);
    expect(await caughtUp()).toBe(true);
    await drain();
    expect(got.map(({ deliveryCount }) => deliveryCount)).toEqual([1, 2, 3]);
    expect((at[2] ?? 0) - (at[1] ?? 0)).toBeGreaterThanOrEqual(290);
  });

  it('delivers again what a handler left unsettled, and reports a throw', async () => {
    const { publish, collect } = createTopic(under().impatient.bus);
    const faults: unknown[] = [];
    const { until, caughtUp, drain } = await collect(
      (delivery) => {
        if (delivery.deliveryCount === 2) throw new Error('a bug');
        if (delivery.deliveryCount === 3) delivery.ack();
      },
      { onFault: (error) => faults.push(error) },
    );
    await publish('a');
    await until(3);
    expect(await caughtUp()).toBe(true);
    await drain();
    expect(faults).toEqual([new Error('a bug')]);
  });

  it('leaves a message to a handler that takes longer than the ack wait, and what queues behind it, too', async () => {
    const { bus, ackWaitMs } = under().impatient;
    const { publishAll, collect } = createTopic(bus);
    const slowly = async (delivery: Delivery) => {
      await delay(3 * ackWaitMs);
      delivery.ack();
    };
    const { got, until, caughtUp, drain } = await collect(slowly, { concurrency: 1 });
    await publishAll(['slow', 'queued']);
    await until(2);
    expect(await caughtUp()).toBe(true);
    await drain();
    expect(got.map(({ deliveryCount }) => deliveryCount)).toEqual([1, 1]);
  });

  it('never delivers again what was terminated, and heeds only the first settlement', async () => {
    const { publish, collect } = topic();
    const first = await collect((delivery) => {
      delivery.term('no-good');
      delivery.nak(0);
      delivery.ack();
    });
    await publish('a', 'a');
    expect(await first.caughtUp()).toBe(true);
    await first.drain();
    const second = await collect();
    await publish('b', 'b');
    expect(await second.caughtUp()).toBe(true);
    await second.drain();
    expect([...first.got, ...second.got].map(textOf)).toEqual(['a', 'b']);
  });
}

function sharingContract(topic: () => ReturnType<typeof createTopic>, under: () => BusUnderTest): void {
  it('runs as many handlers at once as it is told, and no more', async () => {
    const { publishAll, collect } = topic();
    let running = 0;
    let most = 0;
    const counted = async (delivery: Delivery) => {
      running += 1;
      most = Math.max(most, running);
      await delay(2);
      running -= 1;
      delivery.ack();
    };
    const { got, caughtUp, drain } = await collect(counted, { concurrency: 3 });
    await publishAll(numbers(300));
    expect(await caughtUp()).toBe(true);
    await drain();
    expect(got).toHaveLength(300);
    expect(most).toBe(3);
  });

  it('shares its messages among those who consume it, on one connection or two', async () => {
    const { publishAll, collect } = topic();
    const on = await under().connect();
    const slowly = (delivery: Delivery) => delay(1).then(delivery.ack);
    const consumers = [
      await collect(slowly, { concurrency: 1 }),
      await collect(slowly, { concurrency: 1 }),
      await collect(slowly, { concurrency: 1, on }),
    ];
    await publishAll(numbers(600));
    expect(await consumers[0]?.caughtUp()).toBe(true);
    for (const { drain } of consumers) await drain();
    await on.close();
    const all = consumers.flatMap(({ got }) => got.map(textOf));
    expect(all.sort()).toEqual(numbers(600).map(String).sort());
    for (const { got } of consumers) expect(got.length).toBeGreaterThan(0);
  });

  it('brings what any of its filters matches, and nothing else', async () => {
    const [one, other, foreign] = [topic(), topic(), topic()];
    await Promise.all([one.publish('a', 'a'), other.publish('b', 'b'), foreign.publish('x', 'x')]);
    const { got, caughtUp, drain } = await one.collect(undefined, { filters: [one.filter, other.filter] });
    await Promise.all([other.publish('c', 'c'), foreign.publish('y', 'y'), one.publish('d', 'd')]);
    expect(await caughtUp()).toBe(true);
    await drain();
    expect(got.map(textOf).sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is its own: two durables see every message, each by its filter', async () => {
    const { publishAll, collect, filter, durable } = topic();
    const one = await collect();
    const two = await collect(undefined, { durable: `${durable}_b`, filters: [filter.replace('.done.*', '.*.b')] });
    await publishAll(['a', 'b']);
    expect(await one.caughtUp()).toBe(true);
    expect(await two.caughtUp()).toBe(true);
    expect(one.got.map(textOf).sort()).toEqual(['a', 'b']);
    expect(two.got.map(textOf)).toEqual(['b']);
    await one.drain();
    await two.drain();
  });

  it('hands what only waited to another consumer when it is drained, and finishes what runs', async () => {
    const { publishAll, collect } = topic();
    const busy = Promise.withResolvers<void>();
    const first = await collect((delivery) => busy.promise.then(() => delivery.ack()), { concurrency: 1 });
    await publishAll(numbers(10));
    await first.until(1);
    let drained = false;
    const draining = first.drain().then(() => {
      drained = true;
    });
    const second = await collect();
    await second.until(9);
    expect(drained).toBe(false);
    busy.resolve();
    await draining;
    expect(await second.caughtUp()).toBe(true);
    await second.drain();
    expect(first.got).toHaveLength(1);
    expect(second.got).toHaveLength(9);
  });
}
