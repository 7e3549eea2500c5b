import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { message, startBroker } from './fixtures/broker.ts';

/** Why PullLoop asks for messages itself; when this fails, the client has learnt it, and PullLoop may go. */
it('the client’s own consume takes a whole backlog, whatever is handled and whoever else waits', async () => {
  await using broker = await startBroker();
  const { nats } = broker;
  // What nobody acknowledges is not to be delivered a second time meanwhile.
  const bus = await broker.connect({ ackWaitMs: 60_000 });
  await (await bus.consume({ durable: 'd', filters: ['pizza.test.>'], handle: async () => undefined })).drain();
  await Promise.all(Array.from({ length: 800 }, (_, n) => bus.publish(message('pizza.test.done.1', `${n}`))));
  const nc = await connect({ servers: nats.url });
  const consumer = await jetstream(nc).consumers.get(pizzaFlow.stream, 'd');
  let taken = 0;
  const callback = () => {
    taken += 1;
  };
  const stuck = await consumer.consume({ max_messages: 16, callback });
  await eventually(async () => taken === 800 || undefined, 'all 800 messages at an instance that handles none');
  expect(await consumer.info()).toMatchObject({ num_pending: 0, num_ack_pending: 800 });
  await stuck.close();
  await nc.close();
  await bus.close();
});
