import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import { createJetStreamBus } from '#shared/messaging/jetstream/jetstream-bus.ts';
import { startNats } from '#shared/stack/servers/native-server.ts';
import type { NativeServer } from '#shared/stack/servers/running-server.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { freeze } from '#shared/testing/freeze.ts';
import { anOrder } from '../fixtures/publish-event.ts';
import { createIntake } from './intake.ts';

/** The intake on a real NATS that is stopped, started again and frozen, over real sockets. */
describe('the intake on NATS', () => {
  let dir: string;
  let nats: NativeServer;
  let bus: Bus;
  let intake: FastifyInstance;
  let base: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'pizza-intake-'));
    nats = await startNats({ dir });
    const retention = { retentionMs: 7_200_000, deadLetterRetentionMs: 7_200_000 };
    const options = { url: nats.url, flow: pizzaFlow, name: 'order-service', ackWaitMs: 1_000, ...retention };
    bus = await createJetStreamBus(options);
    intake = createIntake({ flow: pizzaFlow, bus });
    await intake.listen({ host: '127.0.0.1', port: 0 });
    base = `http://127.0.0.1:${(intake.server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await intake.close();
    await bus.close();
    await nats.stop();
    await rm(dir, { recursive: true, force: true });
  });

  const ask = async (path: string, init: RequestInit = {}) => {
    const began = performance.now();
    const response = await fetch(base + path, init);
    const body = (await response.json()) as Record<string, unknown> & { orderId: string };
    return { status: response.status, headers: response.headers, body, ms: performance.now() - began };
  };
  const post = (key?: string, changes = {}) =>
    ask('/orders', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
      body: JSON.stringify({ ...anOrder, ...changes }),
    });
  const accepted = (key?: string) =>
    eventually(async () => {
      const answer = await post(key);
      return answer.status === 202 ? answer : undefined;
    }, 'an order to be taken');
  const storedFor = (orderId: string) => bus.read(`pizza.order.created.${orderId}`);
  type Answer = Awaited<ReturnType<typeof ask>>;
  const expectRefusal = ({ status, headers, body, ms }: Answer) => {
    expect([status, headers.get('retry-after'), body.type]).toEqual([503, '2', 'urn:problem:broker-away']);
    expect(ms).toBeLessThan(2_000);
  };
  /** The answer, in time: a machine that stalls meanwhile is asked once more. */
  const soon = async (asking: () => Promise<Answer>): Promise<Answer> => {
    const answer = await asking();
    return answer.ms < 2_000 ? answer : asking();
  };

  it('takes an order, and answers where it stands', async () => {
    const { body } = await accepted();
    expect((await ask(`/orders/${body.orderId}`)).body).toMatchObject({
      status: 'waiting',
      timeline: [{ type: 'order.created' }],
    });
    expect((await ask(`/orders/${body.orderId}/events`)).body).toMatchObject([{ data: { orderId: body.orderId } }]);
    expect((await ask('/orders/nobody')).status).toBe(404);
  });

  it('has one order for one Idempotency-Key: twice, and fifty times at once', async () => {
    const first = await accepted('again');
    expect((await post('again')).body).toEqual(first.body);
    expect((await post('again', { size: 'small' })).status).toBe(422);
    expect(await storedFor(first.body.orderId)).toHaveLength(1);
    const answers = await Promise.all(Array.from({ length: 50 }, () => accepted('at-once')));
    expect(new Set(answers.map(({ body }) => body.orderId)).size).toBe(1);
    expect(await storedFor(answers[0]?.body.orderId ?? '')).toHaveLength(1);
  });

  it('answers 503 within 2 s while NATS is stopped, recovers by itself, and has lost no order', async () => {
    const before = await accepted('before-the-stop');
    const port = Number(new URL(nats.url).port);
    await nats.stop();
    expectRefusal(await soon(() => post('during-the-stop')));
    expectRefusal(await soon(() => ask(`/orders/${before.body.orderId}`)));
    expectRefusal(await soon(() => ask(`/orders/${before.body.orderId}/live`)));
    nats = await startNats({ dir, port });
    const { body } = await accepted('during-the-stop');
    expect(await storedFor(body.orderId)).toHaveLength(1);
    expect((await accepted('before-the-stop')).body).toEqual(before.body);
    expect(await storedFor(before.body.orderId)).toHaveLength(1);
  });

  it('answers 503 within 2 s while NATS is frozen; the same key finds out what became of the order', async () => {
    await freeze(nats);
    const refused = await soon(() => post('during-the-freeze'));
    nats.signal('SIGCONT');
    expectRefusal(refused);
    const { body } = await accepted('during-the-freeze');
    expect(body.orderId).toBe(refused.body.orderId);
    expect(await storedFor(body.orderId)).toHaveLength(1);
  });

  it.each(['max_msgs', 'max_bytes'] as const)(
    'says that an order was not taken when the stream holds %s, still knows those that it has, and goes on with room',
    async (limit) => {
      const before = await accepted(`before-${limit}`);
      const nc = await connect({ servers: nats.url });
      const { streams } = await jetstreamManager(nc);
      const { config, state } = await streams.info(pizzaFlow.stream);
      const held = limit === 'max_msgs' ? state.messages : state.bytes;
      await streams.update(pizzaFlow.stream, { ...config, [limit]: held });
      const { status, headers, body } = await post(`full-${limit}`);
      expect([status, headers.get('retry-after'), body.type]).toEqual([503, '30', 'urn:problem:stream-full']);
      expect((await accepted(`before-${limit}`)).body).toEqual(before.body);
      await streams.update(pizzaFlow.stream, config);
      await nc.close();
      await accepted(`full-${limit}`);
    },
  );

  it('answers 503 to questions, too, while NATS is frozen', async () => {
    const { body } = await accepted('before-the-freeze');
    await freeze(nats);
    const answers = await Promise.all(
      ['', '/events', '/live'].map((end) => soon(() => ask(`/orders/${body.orderId}${end}`))),
    );
    nats.signal('SIGCONT');
    answers.forEach(expectRefusal);
    await eventually(
      async () => ((await ask(`/orders/${body.orderId}`)).status === 200 ? true : undefined),
      'questions to be answered again',
    );
  });
});
