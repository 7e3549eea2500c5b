import { expect, it } from 'vitest';
import { deadLetterSubject } from '#shared/contracts/flow.ts';
import { createTopic, textOf } from '#shared/messaging/fixtures/bus-topic.ts';
import { eventually } from '#shared/testing/eventually.ts';
import type { Bus } from './bus.ts';
import type { StoredMessage } from './stream-reader.ts';

/** What every implementation tells of its past and of how far its consumers are. */
export function inspectContract(bus: () => Bus): void {
  it('shows a follower what was stored since a time, and goes on with what comes', async () => {
    const { publish, publishAll, subject, filter } = createTopic(bus());
    await publishAll(['a', 'b']);
    const [first] = await bus().read(subject('a'));
    const seen: string[] = [];
    const following = await bus().follow(filter, (message) => seen.push(textOf(message)), {
      since: first?.storedAt ?? 0,
    });
    await publish('c', 'c');
    await eventually(async () => seen.length >= 3 || undefined, 'the past and the present');
    await following.stop();
    expect(seen.sort()).toEqual(['a', 'b', 'c']);
  });

  it('tells what a durable has not been delivered yet, has not settled and got again', async () => {
    const { publishAll, collect, durable } = createTopic(bus());
    const state = async () => (await bus().durableStates()).find((one) => one.durable === durable);
    expect(await state()).toBeUndefined();
    await publishAll(['a', 'b']);
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
    const { until, caughtUp, drain } = await collect(
      (delivery) => (delivery.deliveryCount === 1 ? delivery.nak(0) : mayEnd.then(() => delivery.ack())),
      { concurrency: 2 },
    );
    await until(4);
    await eventually(async () => (await state())?.redelivered === 2 || undefined, 'two redelivered messages');
    expect(await state()).toEqual({ durable, pending: 0, ackPending: 2, redelivered: 2 });
    end();
    expect(await caughtUp()).toBe(true);
    expect(await state()).toEqual({ durable, pending: 0, ackPending: 0, redelivered: 0 });
    await drain();
    await publishAll(['c', 'd', 'e']);
    await eventually(async () => (await state())?.pending === 3 || undefined, 'three messages not delivered yet');
  });

  it('replays what is stored under some filters from a sequence on, by sequence, to the end', async () => {
    const [one, other, foreign] = [createTopic(bus()), createTopic(bus()), createTopic(bus())];
    const read = async (first: number) => {
      const seen: StoredMessage[] = [];
      for await (const message of bus().replay([one.filter, other.filter], first)) seen.push(message);
      return seen;
    };
    expect(await read(1)).toEqual([]);
    for (const [topic, name] of [
      [one, 'a'],
      [other, 'b'],
      [foreign, 'x'],
      [one, 'c'],
      [other, 'd'],
    ] as const)
      await topic.publish(name, name);
    const all = await read(1);
    expect(all.map(textOf)).toEqual(['a', 'b', 'c', 'd']);
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map(({ sequence }) => sequence).sort((a, b) => a - b));
    expect(all[0]).toEqual((await bus().read(one.subject('a')))[0]);
    expect((await read((all[1]?.sequence ?? 0) + 1)).map(textOf)).toEqual(['c', 'd']);
    for await (const _first of bus().replay([one.filter], 1)) break;
  });

  it('reads a subject from a sequence on', async () => {
    const { publish, subject } = createTopic(bus());
    for (const text of ['one', 'two', 'three']) await publish('a', text);
    const all = await bus().read(subject('a'));
    expect(all.map(textOf)).toEqual(['one', 'two', 'three']);
    const from = all[1]?.sequence ?? 0;
    expect((await bus().read(subject('a'), from)).map(textOf)).toEqual(['two', 'three']);
    expect(await bus().read(subject('a'), (all[2]?.sequence ?? 0) + 1)).toEqual([]);
  });

  it('tells the last sequence', async () => {
    const { publish, subject } = createTopic(bus());
    const before = await bus().lastSequence();
    await publish('a', 'a');
    const [a] = await bus().read(subject('a'));
    expect(await bus().lastSequence()).toBe(a?.sequence);
    expect(a?.sequence).toBeGreaterThan(before);
  });

  it('tells up to where durables have settled everything', async () => {
    const { publish, publishAll, collect, durable, subject } = createTopic(bus());
    expect(await bus().settledUpTo([durable])).toBe(0);
    await publishAll(['a', 'b']);
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
    let first = true;
    const { until, caughtUp, drain } = await collect(
      async (delivery) => {
        if (first) first = false;
        else await mayEnd;
        delivery.ack();
      },
      { concurrency: 2 },
    );
    await until(2);
    const [a] = await bus().read(subject('a'));
    await eventually(async () => (await bus().settledUpTo([durable])) >= (a?.sequence ?? 0) || undefined, 'a settled');
    const [b] = await bus().read(subject('b'));
    expect(await bus().settledUpTo([durable])).toBeLessThan(b?.sequence ?? 0);
    end();
    expect(await caughtUp()).toBe(true);
    await drain();
    expect(await bus().settledUpTo([durable])).toBeGreaterThanOrEqual(b?.sequence ?? 0);
    await publish('c');
    const [c] = await bus().read(subject('c'));
    expect(await bus().settledUpTo([durable])).toBeLessThan(c?.sequence ?? 0);
  });

  it('counts the dead letters of one service', async () => {
    const { durable: service } = createTopic(bus());
    const letter = (of: string, type: string) =>
      bus().publish({ subject: deadLetterSubject(of, type), headers: {}, body: 'x' });
    expect(await bus().deadLetters(service)).toBe(0);
    await letter(service, 'order.created');
    await letter(service, 'order.created');
    await letter(service, 'unknown');
    await letter(`${service}-2`, 'unknown');
    expect(await bus().deadLetters(service)).toBe(3);
  });
}
