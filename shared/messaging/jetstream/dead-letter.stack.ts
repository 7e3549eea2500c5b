import { createConnection } from 'node:net';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { expect, it } from 'vitest';
import { deadLetterSubject } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { untilCaughtUp } from '#shared/messaging/fixtures/bus-topic.ts';
import { startNats } from '#shared/stack/servers/native-server.ts';
import { toBinary } from '#shared/testing/bind-event.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { buildEvent, toWire } from '../build-event.ts';
import type { CloudEvent } from '../cloud-event.ts';
import { createFailurePolicy } from '../failure-policy.ts';
import type { WireMessage } from '../publisher.ts';
import { readEvent } from '../read-event.ts';
import { createJetStreamBus } from './jetstream-bus.ts';

const type = 'payment.completed';
const example = pizzaFlow.events[type]?.example ?? {};
const eventOf = (orderId: string) =>
  buildEvent(
    pizzaFlow,
    { type, data: { ...example, orderId } },
    { orderId, source: 'payment-service', now: Date.now() },
  );
const subject = (orderId: string) => `pizza.${type}.${orderId}`;
const changed = (orderId: string, change: Partial<CloudEvent>): WireMessage => ({
  subject: subject(orderId),
  ...toBinary({ ...eventOf(orderId), ...change }),
});

const poison: [string, WireMessage][] = [
  ['not-a-cloudevent', { subject: subject('p1'), headers: {}, body: 'hello' }],
  ['invalid-cloudevent', { ...changed('p2', {}), body: '{"orderId":' }],
  ['invalid-cloudevent', { ...changed('p3', {}), body: new Uint8Array([255, 0, 13, 10]) }],
  ['unknown-type', changed('p4', { type: 'com.pizzaco.payment.guessed' })],
  ['schema-violation', changed('p5', { data: { ...example, orderId: 'p5', amountCharged: '15.99' } })],
  ['foreign-source', changed('p6', { source: 'chef-service' })],
  ['unsupported-version', changed('p7', { dataschema: `${pizzaFlow.schemaBase}${type}/2.0` })],
  ['subject-mismatch', changed('p8', { data: { ...example, orderId: 'other' } })],
  ['oversized', changed('p9', { data: { ...example, orderId: 'p9', note: 'x'.repeat(300_000) } })],
];

/** Bytes that no client would send: a lone line feed inside a header's value. */
async function publishBrokenHeader(url: string, to: string): Promise<void> {
  const header = 'NATS/1.0\r\nX-A: one\ntwo\r\n\r\n';
  const socket = createConnection(Number(new URL(url).port), '127.0.0.1');
  socket.write('CONNECT {"verbose":false,"headers":true}\r\n');
  socket.write(`HPUB ${to} ${header.length} ${header.length + 2}\r\n${header}{}\r\nPING\r\n`);
  for await (const chunk of socket) if (String(chunk).includes('PONG')) break;
  socket.destroy();
}

it('what cannot be read is dead-lettered with its bytes and reason, once, and the consumer goes on', async () => {
  await using nats = await startNats();
  const bus = await createJetStreamBus({
    url: nats.url,
    flow: pizzaFlow,
    name: 'kitchen-service',
    ackWaitMs: 10_000,
    retentionMs: 7_200_000,
    deadLetterRetentionMs: 7_200_000,
  });
  const processed: string[] = [];
  const safely = createFailurePolicy({ bus, flow: pizzaFlow, service: 'kitchen-service', durable: 'd' });
  const consumer = {
    durable: 'd',
    filters: [subject('*')],
    handle: safely(async (delivery) => {
      processed.push(readEvent(pizzaFlow, delivery).orderId);
      return 'ok';
    }),
  };
  const consumption = await bus.consume(consumer);
  await bus.publish(toWire(pizzaFlow, eventOf('before')));
  for (const [, message] of poison) await bus.publish(message);
  await publishBrokenHeader(nats.url, subject('p0'));
  await bus.publish(toWire(pizzaFlow, eventOf('after')));
  await untilCaughtUp(bus, 'd');
  expect(processed.sort()).toEqual(['after', 'before']);

  expect(await bus.read(subject('p0'))).toMatchObject([{ headers: {} }]);
  const letters = await bus.read(deadLetterSubject('kitchen-service', type));
  const found = letters.map(({ headers, body }) => [headers['dlq-reason'], headers['dlq-subject'], Buffer.from(body)]);
  const sent = [['not-a-cloudevent', { subject: subject('p0'), body: '{}' }] as const, ...poison];
  expect(found.sort((a, b) => String(a[1]).localeCompare(String(b[1])))).toEqual(
    sent.map(([reason, message]) => [reason, message.subject, Buffer.from(message.body)]),
  );
  const nc = await connect({ servers: nats.url });
  const jsm = await jetstreamManager(nc);
  await eventually(
    async () => (await jsm.streams.info(`${pizzaFlow.stream}_ADVISORIES`)).state.messages === sent.length || undefined,
    'the advisories of what was terminated',
  );

  // Nothing is given up a second time by a durable that begins anew.
  await consumption.drain();
  await jsm.consumers.delete(pizzaFlow.stream, 'd');
  await bus.consume(consumer);
  await untilCaughtUp(bus, 'd');
  expect(processed).toHaveLength(4);
  expect(await bus.deadLetters('kitchen-service')).toBe(sent.length);
  expect((await jsm.streams.info(`${pizzaFlow.stream}_ADVISORIES`)).state.messages).toBe(sent.length);
  await nc.close();
  await bus.close();
});
