import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { connect as natsConnect } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { untilCaughtUp } from '#shared/messaging/fixtures/bus-topic.ts';
import { ackWaitMs, message, startBroker, text } from '#shared/messaging/jetstream/fixtures/broker.ts';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { freeze } from '#shared/testing/freeze.ts';
import { type BusUnderTest, busContract } from '../bus.contract.ts';
import type { Bus } from '../bus.ts';
import { Unavailable } from '../faults.ts';
import { StreamFull } from '../publisher.ts';
import type { Delivery } from '../subscriber.ts';
import { createJetStreamBus } from './jetstream-bus.ts';

async function withManager(nats: NativeServer, task: (jsm: JetStreamManager) => Promise<unknown>): Promise<void> {
  const nc = await natsConnect({ servers: nats.url });
  await task(await jetstreamManager(nc));
  await nc.close();
}
const deleteStream = (nats: NativeServer) => withManager(nats, (jsm) => jsm.streams.delete(pizzaFlow.stream));
const deleteDurable = (nats: NativeServer, durable: string) =>
  withManager(nats, (jsm) => jsm.consumers.delete(pizzaFlow.stream, durable));

/** Longer than a slow machine stalls: nothing is redelivered that a test does not redeliver. */
const LONG_ACK_WAIT_MS = 10_000;

/** Leaves a durable behind that nobody takes anything from. */
const consumeNothing = async (bus: Bus, durable: string) =>
  (await bus.consume({ durable, filters: ['pizza.test.>'], handle: async () => undefined })).drain();

describe('the JetStream bus', () => {
  busContract(async (): Promise<BusUnderTest> => {
    const broker = await startBroker();
    const connect = () => broker.connect({ ackWaitMs: LONG_ACK_WAIT_MS });
    const bus = await connect();
    return {
      bus,
      connect,
      impatient: { bus: broker.bus, ackWaitMs },
      async [Symbol.asyncDispose]() {
        await bus.close();
        await broker[Symbol.asyncDispose]();
      },
    };
  });
});

describe('what only a real broker shows: the JetStream bus', () => {
  it('leaves to others what one instance cannot handle: it holds at most what it runs and 256 more', async () => {
    await using broker = await startBroker();
    const { bus, connect } = broker;
    const stuck = Promise.withResolvers<void>();
    const held: Delivery[] = [];
    const first = await bus.consume({
      durable: 'd',
      filters: ['pizza.test.>'],
      concurrency: 16,
      handle: async (delivery) => {
        held.push(delivery);
        await stuck.promise;
        delivery.ack();
      },
    });
    await Promise.all(Array.from({ length: 800 }, (_, n) => bus.publish(message('pizza.test.done.1', `${n}`))));
    await eventually(async () => held.length === 16 || undefined, 'a full instance');
    const other = await connect();
    let done = 0;
    await other.consume({
      durable: 'd',
      filters: ['pizza.test.>'],
      handle: async ({ ack }) => {
        ack();
        done += 1;
      },
    });
    await eventually(async () => done >= 800 - 16 - 256 || undefined, 'the other instance');
    expect(held).toHaveLength(16);
    stuck.resolve();
    await untilCaughtUp(bus, 'd');
    await first.drain();
    await other.close();
  });

  it('asks about one durable, and not often, whether it has caught up: each answer costs the broker', async () => {
    await using broker = await startBroker();
    const durables = ['a', 'b', 'c', 'd'];
    for (const durable of durables) await consumeNothing(broker.bus, durable);
    await broker.bus.publish(message('pizza.test.done.1', 'x'));
    const nc = await natsConnect({ servers: broker.nats.url });
    const jsm = await jetstreamManager(nc);
    const asked = async () => (await jsm.getAccountInfo()).api.total;
    const before = await asked();
    expect(await broker.bus.caughtUp(durables, 1_000)).toBe(false);
    // Of the account here, of the stream, and of the first durable: at once, at most every 50 ms (timers are up to 1 ms early), at the end.
    expect((await asked()) - before).toBeLessThanOrEqual(1 + 1 + (1 + Math.floor(1_000 / 49) + 1));
    await nc.close();
  });

  it('tells how full the stream is, says so when it is full, and stores again when there is room', async () => {
    await using broker = await startBroker();
    const { bus, connect } = broker;
    const publish = (n: number) => bus.publish(message('pizza.test.done.1', `${n}`));
    expect(await bus.streamFill()).toEqual({ bytes: 0, messages: 0 });
    // To connect with another limit sets it.
    const limited = await connect({ maxBytes: 4_096 });
    let stored = 0;
    const publishNext = async () => {
      await publish(stored);
      stored += 1;
    };
    const failure = await eventually(() => publishNext().catch((error: unknown) => error), 'a refusal');
    expect(failure).toBeInstanceOf(StreamFull);
    expect(String((failure as Error).cause)).toContain('maximum bytes exceeded');
    expect((await bus.streamFill()).bytes).toBeGreaterThan(0.9);
    expect(await bus.read('pizza.test.done.1')).toHaveLength(stored);
    await limited.close();
    await (await connect()).close();
    expect(await publish(stored)).toMatchObject({ duplicate: false });
  });

  it('is away for a question that the broker refuses: no message is to blame', async () => {
    await using broker = await startBroker();
    await deleteStream(broker.nats);
    const cause = { message: expect.stringContaining('stream not found') };
    await expect(broker.bus.lastSequence()).rejects.toMatchObject({ name: 'Unavailable', dependency: 'broker', cause });
  });

  it('refuses for good what no stream stores, and headers that would break the protocol', async () => {
    await using broker = await startBroker();
    await expect(broker.bus.publish(message('elsewhere.a', 'x'))).rejects.toMatchObject({ reason: 'no-such-stream' });
    const forged = { subject: 'pizza.test.done.1', headers: { traceparent: 'x\r\nNats-Rollup: all' }, body: '' };
    await expect(broker.bus.publish(forged)).rejects.toMatchObject({ reason: 'bad-header' });
  });
});

/** At the same time, each with a broker of its own: most of it is waiting for what clients notice late. */
describe('when the broker goes away, the JetStream bus', { concurrent: true }, () => {
  it('loses nothing that was acknowledged, and resumes consuming, over a kill under a stream of publishes', async () => {
    await using broker = await startBroker();
    const { bus, nats } = broker;
    const acknowledged = new Set<string>();
    const consumed = new Map<string, number>();
    const handle = async (delivery: Delivery) => {
      consumed.set(text(delivery), (consumed.get(text(delivery)) ?? 0) + 1);
      delivery.ack();
    };
    await bus.consume({ durable: 'd', filters: ['pizza.test.>'], handle });
    let stop = false;
    const publisher = async (name: number) => {
      for (let n = 0; !stop; n += 1)
        await eventually(async () => bus.publish(message(`pizza.test.done.${name}`, `${name}-${n}`)), 'a PubAck').then(
          () => acknowledged.add(`${name}-${n}`),
        );
    };
    const publishing = [1, 2, 3, 4].map(publisher);
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const before = acknowledged.size;
      await eventually(async () => acknowledged.size > before + 200 || undefined, '200 messages');
      await nats.restart(signal);
    }
    const before = acknowledged.size;
    await eventually(async () => acknowledged.size > before + 200 || undefined, '200 messages after the restarts');
    stop = true;
    await Promise.all(publishing);
    await untilCaughtUp(bus, 'd');
    expect([...acknowledged].filter((id) => !consumed.has(id))).toEqual([]);
    const stored = (await Promise.all([1, 2, 3, 4].map((name) => bus.read(`pizza.test.done.${name}`)))).flat();
    expect(new Set(stored.map(text)).size, 'no copies in the stream').toBe(stored.length);
  });

  it('refuses at once while it is away, and says since when it is back', async () => {
    await using broker = await startBroker();
    const { bus, nats } = broker;
    const connectedAt = bus.connectedSince ?? 0;
    nats.signal('SIGKILL');
    await eventually(async () => bus.status === 'away' || undefined, 'the loss to be noticed');
    await expect(bus.publish(message('pizza.test.done.1', 'x'))).rejects.toBeInstanceOf(Unavailable);
    await expect(bus.read('pizza.test.done.1')).rejects.toBeInstanceOf(Unavailable);
    expect(await bus.caughtUp(['d'], 1_000)).toBe(false);
    await nats.restart('SIGKILL');
    await eventually(async () => bus.status === 'connected' || undefined, 'the connection');
    expect(bus.connectedSince).toBeGreaterThan(connectedAt);
  });

  it('gives up a publish to a frozen broker in time; the outcome is unknown, and the same id finds out', async () => {
    await using broker = await startBroker();
    const { nats, connect } = broker;
    const bus = await connect({ askWithinMs: 500 });
    await freeze(nats);
    const publish = (timeoutMs: number) => bus.publish(message('pizza.test.done.1', 'x'), { timeoutMs });
    const failure = await publish(300).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Unavailable);
    expect(String((failure as Error).cause)).toContain('no PubAck in time');
    expect(await bus.caughtUp(['d'], 100)).toBe(false);
    nats.signal('SIGCONT');
    await eventually(() => publish(1_000), 'a PubAck');
    expect(await broker.bus.read('pizza.test.done.1')).toHaveLength(1);
    await bus.close();
  });

  it('gives up reading the stream again as soon as the connection is lost, not when its patience ends', async () => {
    await using broker = await startBroker();
    const { bus, nats } = broker;
    await bus.publish(message('pizza.test.done.1', 'x'));
    await freeze(nats);
    const failure = bus
      .replay(['pizza.>'], 1)
      [Symbol.asyncIterator]()
      .next()
      .catch((error: unknown) => error);
    await nats.restart('SIGKILL');
    const began = performance.now();
    expect(await failure).toBeInstanceOf(Unavailable);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('notices a frozen broker by itself', async () => {
    await using broker = await startBroker();
    await freeze(broker.nats);
    await eventually(async () => broker.bus.status === 'away' || undefined, 'the freeze to be noticed', 60_000);
    broker.nats.signal('SIGCONT');
    await eventually(async () => broker.bus.status === 'connected' || undefined, 'the connection');
  });

  it('goes on following behind what was seen', async () => {
    await using broker = await startBroker();
    const { bus, nats } = broker;
    const seen: string[] = [];
    await bus.follow('pizza.test.>', (stored) => seen.push(text(stored)));
    await bus.publish(message('pizza.test.done.1', 'before'));
    await nats.restart('SIGKILL');
    await eventually(() => bus.publish(message('pizza.test.done.1', 'after')), 'a PubAck');
    await eventually(async () => seen.includes('after') || undefined, 'the follower', 60_000);
    expect(seen).toEqual(['before', 'after']);
  });

  it('follows a stream that was deleted and made anew from its beginning, not behind what was seen of the old one', async () => {
    await using broker = await startBroker();
    const { bus, nats, connect } = broker;
    const seen: string[] = [];
    await bus.follow('pizza.test.>', (stored) => seen.push(text(stored)));
    for (const id of ['a', 'b', 'c']) await bus.publish(message('pizza.test.done.1', id));
    await eventually(async () => seen.length === 3 || undefined, 'the old stream');
    await deleteStream(nats);
    await (await connect()).close();
    await bus.publish(message('pizza.test.done.1', 'anew'));
    await eventually(async () => seen.includes('anew') || undefined, 'the first message of the new stream', 60_000);
  });

  it('creates a durable anew that somebody deleted', async () => {
    await using broker = await startBroker();
    const { bus, nats } = broker;
    const seen: string[] = [];
    const handle = async (delivery: Delivery) => {
      seen.push(text(delivery));
      delivery.ack();
    };
    await bus.consume({ durable: 'd', filters: ['pizza.test.>'], handle });
    await deleteDurable(nats, 'd');
    await bus.publish(message('pizza.test.done.1', 'after'));
    await eventually(async () => seen.includes('after') || undefined, 'the new durable');
  });

  it('waits for a durable that is not its own to create, says who does, and goes on when it is there', async () => {
    await using broker = await startBroker();
    const durable = { durable: 'd', filters: ['pizza.test.>'] };
    const others = await broker.connect();
    const idle = { ...durable, handle: async () => undefined };
    await (await others.consume(idle)).drain();
    const bus = await broker.connect({ mayManage: false });
    const faults: string[] = [];
    const seen: string[] = [];
    const handle = async (delivery: Delivery) => {
      seen.push(text(delivery));
      delivery.ack();
    };
    await bus.consume({ ...durable, handle, onFault: (error) => faults.push(String(error)) });
    await deleteDurable(broker.nats, 'd');
    await eventually(async () => faults[0], 'the fault');
    expect(faults[0]).toMatch(/durable d of stream PIZZA does not exist\. The set-up makes it so/);
    await bus.publish(message('pizza.test.done.1', 'after'));
    await (await others.consume(idle)).drain();
    await eventually(async () => seen.includes('after') || undefined, 'the new durable');
    await others.close();
    await bus.close();
  });

  it('says what is wrong when there is no broker', async () => {
    await using broker = await startBroker();
    const { url } = broker.nats;
    await broker.nats.stop();
    const failure = await createJetStreamBus({
      url,
      flow: pizzaFlow,
      name: 'test',
      ackWaitMs,
      retentionMs: 7_200_000,
      deadLetterRetentionMs: 7_200_000,
      connectWithinMs: 100,
    }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Unavailable);
    expect(String((failure as Error).cause)).toContain(url);
  });
});
