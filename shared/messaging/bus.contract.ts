import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTopic, numbers, textOf } from '#shared/messaging/fixtures/bus-topic.ts';
import { eventually } from '#shared/testing/eventually.ts';
import type { Bus } from './bus.ts';
import { durableContract } from './durable.contract.ts';
import { Unavailable } from './faults.ts';
import { inspectContract } from './inspect.contract.ts';
import { SubjectTaken } from './publisher.ts';

export interface BusUnderTest extends AsyncDisposable {
  readonly bus: Bus;
  /** Another connection to the same broker, closed by the test. */
  connect(): Promise<Bus>;
  /** One that redelivers soon what is not settled; the others do so late. */
  readonly impatient: { readonly bus: Bus; readonly ackWaitMs: number };
}

/** What every implementation of the Bus promises. Each test has subjects and durables of its own. */
export function busContract(start: () => Promise<BusUnderTest>): void {
  let under: BusUnderTest;
  beforeAll(async () => {
    under = await start();
  });
  afterAll(() => under[Symbol.asyncDispose]());
  describe('publishing', () => publishContract(() => under.bus));
  describe('a durable', () => durableContract(() => under));
  describe('following', () => followContract(() => under.bus));
  describe('being inspected', () => inspectContract(() => under.bus));
  describe('being caught up', () => caughtUpContract(() => under.bus));

  it('does nothing more once it is closed', async () => {
    await using fresh = await start();
    const { bus } = fresh;
    expect(bus.status).toBe('connected');
    expect(bus.connectedSince).toBeLessThanOrEqual(Date.now());
    await bus.close();
    expect(bus.status).toBe('closed');
    await expect(createTopic(bus).publish('a')).rejects.toBeInstanceOf(Unavailable);
    expect(await bus.caughtUp([], 10)).toBe(false);
    await bus.close();
  });
}

function publishContract(bus: () => Bus): void {
  const topic = () => createTopic(bus());
  const publishAfter = (subject: string, expectLastSubjectSequence: number, headers = {}) =>
    bus().publish({ subject, headers, body: 'x' }, { expectLastSubjectSequence });

  it('stores messages by rising sequence, and reads those of one subject as they were', async () => {
    const { publish, subject } = topic();
    const first = await publish('a', 'grüße', { 'ce-id': 'a-1', 'Content-Type': 'text/plain' });
    await publish('b');
    const second = await publish('a', new Uint8Array([0, 255, 10]));
    expect(second.sequence).toBeGreaterThan(first.sequence);
    const [text, bytes, ...more] = await bus().read(subject('a'));
    expect(more).toEqual([]);
    expect(text).toMatchObject({
      subject: subject('a'),
      headers: { 'ce-id': 'a-1', 'content-type': 'text/plain' },
      sequence: first.sequence,
    });
    expect(text && textOf(text)).toBe('grüße');
    expect(Math.abs((text?.storedAt ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(bytes).toMatchObject({ headers: {}, sequence: second.sequence });
    expect([...(bytes?.body ?? [])]).toEqual([0, 255, 10]);
    expect(Object.keys(bytes?.headers ?? {})).toEqual([]);
  });

  it('reads nothing from a subject without messages', async () => {
    expect(await bus().read(topic().subject('none'))).toEqual([]);
  });

  it('stores a Nats-Msg-Id once over the whole stream, and answers a copy with the sequence of the original', async () => {
    const { publish, subject, durable } = topic();
    const original = await publish('a', 'x', { 'Nats-Msg-Id': durable });
    expect(original.duplicate).toBe(false);
    expect(await publish('b', 'y', { 'Nats-Msg-Id': durable })).toEqual({ ...original, duplicate: true });
    expect(await bus().read(subject('b'))).toEqual([]);
  });

  it('refuses a message unless its subject ends with the expected sequence', async () => {
    const subject = topic().subject('a');
    const { sequence } = await publishAfter(subject, 0);
    await expect(publishAfter(subject, 0)).rejects.toBeInstanceOf(SubjectTaken);
    expect((await publishAfter(subject, sequence)).sequence).toBeGreaterThan(sequence);
  });

  it('stores a copy that expects an empty subject no second time, whichever it is refused for', async () => {
    const { subject, durable } = topic();
    const publish = () => publishAfter(subject('a'), 0, { 'Nats-Msg-Id': durable });
    const { sequence } = await publish();
    const copy = await publish().catch((error: unknown) => error);
    if (!(copy instanceof SubjectTaken)) expect(copy).toEqual({ sequence, duplicate: true });
    expect(await bus().read(subject('a'))).toHaveLength(1);
  });

  it('lets one of many win who expect an empty subject', async () => {
    const subject = topic().subject('a');
    const tries = await Promise.allSettled(numbers(20).map(() => publishAfter(subject, 0)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await bus().read(subject)).toHaveLength(1);
  });

  it.each([600 * 1024, 2 * 1024 * 1024])('refuses %i bytes for good', async (size) => {
    const { publish } = topic();
    await expect(publish('a', 'x'.repeat(size))).rejects.toMatchObject({ name: 'Terminal', reason: 'too-large' });
  });

  it('reads dead letters, too', async () => {
    const subject = `dlq.chef-service.${topic().durable}`;
    await bus().publish({ subject, headers: {}, body: 'x' });
    expect(await bus().read(subject)).toHaveLength(1);
  });
}

function followContract(bus: () => Bus): void {
  it('shows what is stored from now on, once, to every follower until it stops', async () => {
    const { publish, filter, durable } = createTopic(bus());
    await publish('before');
    const seen: string[][] = [[], []];
    const followers = await Promise.all(
      seen.map((list) => bus().follow(filter, (message) => list.push(textOf(message)))),
    );
    await publish('a', 'a', { 'Nats-Msg-Id': durable });
    await publish('a', 'copy', { 'Nats-Msg-Id': durable });
    await createTopic(bus()).publish('elsewhere');
    await publish('b', 'b');
    await eventually(async () => seen.every((list) => list.length >= 2) || undefined, 'both followers');
    await followers[0]?.stop();
    // The bus, too, stops its followers when it closes.
    await followers[0]?.stop();
    await publish('c', 'c');
    await eventually(async () => seen[1]?.includes('c') || undefined, 'the second follower');
    await followers[1]?.stop();
    expect(seen).toEqual([
      ['a', 'b'],
      ['a', 'b', 'c'],
    ]);
  });
}

function caughtUpContract(bus: () => Bus): void {
  it('is false while a message is not settled, and true once it is', async () => {
    const { publish, collect, durable } = createTopic(bus());
    const released = Promise.withResolvers<void>();
    const consumer = await collect((delivery) => released.promise.then(() => delivery.ack()));
    await publish('a');
    await consumer.until(1);
    expect(await bus().caughtUp([durable], 100)).toBe(false);
    released.resolve();
    await consumer.caughtUp();
    await consumer.drain();
  });

  it('is false while messages wait for a consumer, or for their delay, and for a durable that is not there', async () => {
    const { publish, collect, durable } = createTopic(bus());
    expect(await bus().caughtUp(['nobody_ever'], 50)).toBe(false);
    const consumer = await collect((delivery) => delivery.nak(60_000));
    await publish('a');
    await consumer.until(1);
    expect(await bus().caughtUp([durable], 50)).toBe(false);
    await consumer.drain();
    await publish('b');
    expect(await bus().caughtUp([durable], 50)).toBe(false);
  });
}
