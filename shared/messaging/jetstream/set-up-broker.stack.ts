import { AckPolicy, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { expect, it } from 'vitest';
import { subjectOf } from '#shared/contracts/flow.ts';
import { pizzaFlow as flow } from '#shared/contracts/pizza-flow.ts';
import { message, startBroker, text } from '#shared/messaging/jetstream/fixtures/broker.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { setUpBroker } from './set-up-broker.ts';

const { stream } = flow;
/** Longer than a slow machine stalls: each message is expected once. */
const ackWaitMs = 10_000;
const service = 'kitchen-service';
const types = ['payment.completed', 'chef.assigned', 'inventory.reserved'];
const perType = (type: string) => `${service}_${type.replaceAll('.', '-')}`;
const filterOf = (type: string) => subjectOf(flow, type, '*');

async function durablesOf(jsm: JetStreamManager): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of jsm.consumers.list(stream)) names.push(name);
  return names.sort();
}

it('a service goes on by its one durable where the first of its durables per type stood', async () => {
  await using broker = await startBroker();
  const { bus, nats } = broker;
  const nc = await connect({ servers: nats.url });
  const jsm = await jetstreamManager(nc);
  for (const type of types)
    await jsm.consumers.add(stream, {
      durable_name: perType(type),
      filter_subject: filterOf(type),
      ack_policy: AckPolicy.Explicit,
    });
  const publish = (type: string, id: string) => bus.publish(message(subjectOf(flow, type, '1'), id));
  for (const n of [1, 2, 3]) {
    await publish('payment.completed', `payment-${n}`);
    await publish('chef.assigned', `chef-${n}`);
  }
  const settle = async (type: string, many: number) => {
    const consumer = await jetstream(nc).consumers.get(stream, perType(type));
    for await (const delivered of await consumer.fetch({ max_messages: many })) await delivered.ackAck();
  };
  // One is through, one has begun, and one never had a message.
  await settle('payment.completed', 3);
  await settle('chef.assigned', 1);

  const filters = types.map(filterOf);
  const services = await broker.connect({ mayManage: false, ackWaitMs });
  const idle = { durable: service, filters, handle: async () => undefined };
  await expect(services.consume(idle)).rejects.toThrow(
    /durable kitchen-service .* does not exist\. The set-up makes it so/,
  );

  const setUp = () =>
    setUpBroker({
      url: nats.url,
      name: 'set-up',
      flow,
      participants: [{ name: service, reacts: types }],
      ackWaitMs,
      retentionMs: 7_200_000,
      deadLetterRetentionMs: 7_200_000,
    });
  await Promise.all([setUp(), setUp()]);
  await setUp();
  expect(await durablesOf(jsm)).toEqual([service]);

  const seen: string[] = [];
  await services.consume({
    ...idle,
    handle: async (delivery) => {
      seen.push(text(delivery));
      delivery.ack();
    },
  });
  await publish('inventory.reserved', 'inventory-1');
  await eventually(async () => seen.includes('inventory-1') || undefined, 'the new message');
  expect(seen).toEqual(['payment-2', 'chef-2', 'payment-3', 'chef-3', 'inventory-1']);
  await services.close();
  await nc.close();
});
