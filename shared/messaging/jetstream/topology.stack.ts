import { jetstreamManager } from '@nats-io/jetstream';
import { connect as natsConnect } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import { deadLetterStream } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { untilCaughtUp } from '#shared/messaging/fixtures/bus-topic.ts';
import { ackWaitMs, message, startBroker } from '#shared/messaging/jetstream/fixtures/broker.ts';
import { startNats } from '#shared/stack/servers/native-server.ts';
import { createJetStreamBus } from './jetstream-bus.ts';

describe('the topology', () => {
  it('is created by many services at once', async () => {
    await using nats = await startNats();
    const buses = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        createJetStreamBus({
          url: nats.url,
          flow: pizzaFlow,
          name: `s${n}`,
          ackWaitMs,
          retentionMs: 7_200_000,
          deadLetterRetentionMs: 7_200_000,
        }),
      ),
    );
    await Promise.all(
      buses.map((bus) => bus.consume({ durable: 'd', filters: ['pizza.test.>'], handle: async ({ ack }) => ack() })),
    );
    await buses[0]?.publish(message('pizza.test.done.1', 'x'));
    await Promise.all(buses.map((bus) => untilCaughtUp(bus, 'd')));
    await Promise.all(buses.map((bus) => bus.close()));
  });

  it('follows its settings on kept data', async () => {
    await using broker = await startBroker();
    const bus = await broker.connect({ retentionMs: 3_600_000, deadLetterRetentionMs: 600_000 });
    const nc = await natsConnect({ servers: broker.nats.url });
    const jsm = await jetstreamManager(nc);
    const { config } = await jsm.streams.info(pizzaFlow.stream);
    const letters = (await jsm.streams.info(deadLetterStream(pizzaFlow))).config;
    await nc.close();
    await bus.close();
    expect(config).toMatchObject({ max_age: 3_600_000 * 1e6, max_msg_size: 512 * 1024, discard: 'new' });
    expect(config.max_bytes).toBeGreaterThan(0);
    // For as long as a letter is kept, the same message has no second one.
    expect(letters).toMatchObject({ max_age: 600_000 * 1e6, duplicate_window: 600_000 * 1e6 });
  });

  it.each([
    [
      'a stream',
      { retentionMs: 3_600_000 },
      /stream PIZZA has max_age 7200000000000 instead of 3600000000000\..*set-up/,
    ],
    [
      'a durable',
      { ackWaitMs: 2_000 },
      /durable d of stream PIZZA has ack_wait 1000000000 instead of 2000000000\..*set-up/,
    ],
  ])('of others is refused, not changed, where %s is not as it must be', async (_, change, reason) => {
    await using broker = await startBroker();
    const durable = { durable: 'd', filters: ['pizza.test.>'], handle: async () => undefined };
    await broker.bus.consume(durable);
    const use = async () => {
      const bus = await broker.connect({ mayManage: false, ...change });
      await bus.consume(durable).finally(() => bus.close());
    };
    await expect(use()).rejects.toThrow(reason);
  });

  it('of others that is not there yet is refused', async () => {
    await using nats = await startNats();
    const options = { url: nats.url, flow: pizzaFlow, name: 'test', ackWaitMs, mayManage: false };
    await expect(
      createJetStreamBus({ ...options, retentionMs: 7_200_000, deadLetterRetentionMs: 7_200_000 }),
    ).rejects.toThrow(/stream PIZZA.* does not exist\. The set-up makes it so/);
  });

  it('refuses a stream of that name that is another, naming the field', async () => {
    await using nats = await startNats();
    const nc = await natsConnect({ servers: nats.url });
    const jsm = await jetstreamManager(nc);
    await jsm.streams.add({ name: pizzaFlow.stream, subjects: ['pizza.>'], storage: 'memory', max_age: 0 });
    await nc.close();
    const options = { url: nats.url, flow: pizzaFlow, name: 'test', ackWaitMs };
    await expect(
      createJetStreamBus({ ...options, retentionMs: 7_200_000, deadLetterRetentionMs: 7_200_000 }),
    ).rejects.toThrow(/PIZZA.*storage/);
  });
});
