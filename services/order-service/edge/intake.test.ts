import { isDeepStrictEqual } from 'node:util';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import { Terminal, Unavailable } from '#shared/messaging/faults.ts';
import { createMemoryBus, type MemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import { type Publisher, StreamFull } from '#shared/messaging/publisher.ts';
import { readEvent } from '#shared/messaging/read-event.ts';
import { anOrder } from '../fixtures/publish-event.ts';
import { orderAccepted } from '../orders/place-order.ts';
import { WaitingRoom } from '../orders/waiting-room.ts';
import { createIntake, type IntakeOptions } from './intake.ts';

const now = Date.parse('2026-01-13T10:00:00Z');
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let bus: MemoryBus;
let intake: FastifyInstance;
beforeEach(() => {
  bus = createMemoryBus();
  intake = createIntake({ flow: pizzaFlow, bus, now: () => now });
});
afterEach(() => intake.close());

const post = (payload: object = anOrder, headers: Record<string, string> = {}, to = intake) =>
  to.inject({ method: 'POST', url: '/orders', payload, headers });
const stored = async (orderId: string) =>
  (await bus.read(`pizza.order.created.${orderId}`)).map((message) => readEvent(pizzaFlow, message).event);

/** An intake on a bus of which a part behaves otherwise. */
const intakeOn = (changes: Partial<Bus>, options: Partial<IntakeOptions> = {}): FastifyInstance =>
  createIntake({ flow: pizzaFlow, bus: { ...bus, ...changes }, ...options });
const away = async (): Promise<never> => {
  throw new Unavailable('broker');
};

describe('placing an order', () => {
  it('answers 202 with its id and where to look, once the stream holds the event', async () => {
    const answer = await post();
    expect(answer.statusCode).toBe(202);
    const { orderId, links } = orderAccepted.parse(answer.json());
    expect(orderId).toMatch(/^ord-[a-z0-9]{12}$/);
    expect(answer.headers.location).toBe(`/orders/${orderId}`);
    expect(links).toEqual({
      self: `/orders/${orderId}`,
      events: `/orders/${orderId}/events`,
      live: `/orders/${orderId}/live`,
    });
    expect(await stored(orderId)).toMatchObject([
      {
        id: `order-${orderId}-created-001`,
        source: 'order-service',
        type: 'com.pizzaco.order.created',
        time: '2026-01-13T10:00:00.000Z',
        data: { orderId, ...anOrder },
      },
    ]);
  });

  it('gives every order an id of its own', async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, async () => (await post()).json().orderId));
    expect(new Set(ids).size).toBe(50);
  });

  it("takes up the caller's trace context, and tells it", async () => {
    const answer = await post(anOrder, { traceparent: TRACE });
    expect(answer.headers.traceparent).toBe(TRACE);
    expect(await stored(answer.json().orderId)).toMatchObject([{ traceparent: TRACE }]);
  });

  it('takes up what it knows of the trace context of a later version', async () => {
    const answer = await post(anOrder, { traceparent: `${TRACE.replace('00-', 'cc-')}-more` });
    expect(answer.headers.traceparent).toBe(TRACE);
    expect(await stored(answer.json().orderId)).toMatchObject([{ traceparent: TRACE }]);
  });

  it.each([
    '',
    'x',
    `${TRACE}-x`,
    TRACE.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32)),
    TRACE.replace('00-', 'ff-'),
  ])('ignores a trace context that is none: %j', async (traceparent) => {
    const answer = await post(anOrder, { traceparent });
    expect(answer.headers).not.toHaveProperty('traceparent');
    expect((await stored(answer.json().orderId))[0]).not.toHaveProperty('traceparent');
  });
});

describe('an Idempotency-Key', () => {
  const key = { 'idempotency-key': 'k-1' };

  it('sent twice gives one order', async () => {
    const [first, second] = [await post(anOrder, key), await post(anOrder, key)];
    expect([first.statusCode, second.statusCode]).toEqual([202, 202]);
    expect(second.json()).toEqual(first.json());
    expect(await stored(first.json().orderId)).toHaveLength(1);
  });

  it.each(['"k-1"', '"k-1";a=1; b="x;y";c', 'k-1;a=?1'])(
    'is the text of the string (RFC 8941), as in %s',
    async (same) => {
      const first = await post(anOrder, key);
      expect((await post(anOrder, { 'idempotency-key': same })).json()).toEqual(first.json());
    },
  );

  it('may have spaces and escaped quotes in a string', async () => {
    const ids = new Set<string>();
    for (const each of ['"order 1"', '"order \\"1\\""', '"order \\\\1"', '" "', '"k;a=1"', 'order/1,"2"']) {
      const answer = await post(anOrder, { 'idempotency-key': each });
      expect(answer.statusCode).toBe(202);
      ids.add(answer.json().orderId);
    }
    expect(ids.size).toBe(6);
  });

  it('sent fifty times at once gives one order', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(anOrder, key)));
    expect(new Set(answers.map((answer) => `${answer.statusCode} ${answer.json().orderId}`)).size).toBe(1);
    expect(await stored(answers[0]?.json().orderId)).toHaveLength(1);
  });

  it('sent with another order is refused, and the first order stays', async () => {
    const { orderId } = (await post(anOrder, key)).json();
    const answer = await post({ ...anOrder, size: 'small' }, key);
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ type: 'urn:problem:key-reused', orderId });
    expect((await stored(orderId)).map(({ data }) => isDeepStrictEqual(data, { orderId, ...anOrder }))).toEqual([true]);
  });

  it('is compared also when the stream no longer de-duplicates by id', async () => {
    const forgetful: Publisher['publish'] = (message, options) =>
      bus.publish({ ...message, headers: { ...message.headers, 'Nats-Msg-Id': crypto.randomUUID() } }, options);
    const other = intakeOn({ publish: forgetful });
    const { orderId } = (await post(anOrder, key, other)).json();
    expect((await post(anOrder, key, other)).json()).toMatchObject({ orderId, status: 'waiting' });
    expect((await post({ ...anOrder, size: 'small' }, key, other)).statusCode).toBe(422);
    expect(await stored(orderId)).toHaveLength(1);
  });

  it('does not care for the order of the fields', async () => {
    const first = await post(anOrder, key);
    const reversed = Object.fromEntries(Object.entries(anOrder).reverse());
    expect((await post(reversed, key)).json()).toEqual(first.json());
  });

  it('belongs to a customer: another one with the same key has another order', async () => {
    const first = await post(anOrder, key);
    const second = await post({ ...anOrder, customerId: 'cust-790' }, key);
    expect(second.statusCode).toBe(202);
    expect(second.json().orderId).not.toBe(first.json().orderId);
  });
});

describe('when the broker is away', () => {
  it('503 with Retry-After says that the same key finds out', async () => {
    const answer = await post(anOrder, { 'idempotency-key': 'k' }, intakeOn({ publish: away }));
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.json().orderId).toMatch(/^ord-/);
    expect(answer.json().detail).toContain('repeat with the same Idempotency-Key');
  });

  it('503 without a key warns that repeating may order twice', async () => {
    const answer = await post(anOrder, {}, intakeOn({ publish: away }));
    expect(answer.statusCode).toBe(503);
    expect(answer.json().detail).toContain('repeating it may order twice');
    expect(answer.json().links.self).toBe(`/orders/${answer.json().orderId}`);
  });

  it('503 also when the broker never says anything', async () => {
    const silent = () => new Promise<never>(() => undefined);
    const frozen = intakeOn({ publish: silent, read: silent, follow: silent }, { answerWithinMs: 20 });
    const urls = ['/orders/12345', '/orders/12345/events', '/orders/12345/live'];
    const answers = await Promise.all([post(anOrder, {}, frozen), ...urls.map((url) => frozen.inject({ url }))]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([503, 503, 503, 503]);
    expect(answers.map(({ headers }) => headers['retry-after'])).toEqual(['2', '2', '2', '2']);
  });

  it('503 also for questions', async () => {
    const answer = await intakeOn({ read: away }).inject({ url: '/orders/12345' });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
  });

  it('503 says that an order was not taken, when the stream is full', async () => {
    const full = async () => Promise.reject(new StreamFull('broker', { cause: new Error('maximum bytes exceeded') }));
    for (const headers of [{}, { 'idempotency-key': 'k' }]) {
      const answer = await post(anOrder, headers, intakeOn({ publish: full }));
      expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '30']);
      expect(answer.json()).toMatchObject({
        type: 'urn:problem:stream-full',
        detail: expect.stringMatching(/^The order was not taken/),
      });
      expect(answer.json()).not.toHaveProperty('orderId');
    }
  });

  it('503 when the stream refuses, and nothing of the cause leaks', async () => {
    const refused = async () => Promise.reject(new Terminal('no-stream', 'secret innards'));
    const answer = await post(anOrder, {}, intakeOn({ publish: refused }));
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('30');
    expect(answer.body).not.toContain('innards');
  });

  it('a defect is told without its cause', async () => {
    const defect = async () => Promise.reject(new TypeError('secret innards'));
    const answer = await post(anOrder, {}, intakeOn({ publish: defect }));
    expect(answer.statusCode).toBe(500);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.body).not.toContain('innards');
  });

  it('refuses more orders than may wait for the stream, and takes them again later', async () => {
    const gate = Promise.withResolvers<void>();
    const publish: Publisher['publish'] = async (...message) => {
      await gate.promise;
      return bus.publish(...message);
    };
    const small = intakeOn({ publish }, { waitingRoom: new WaitingRoom({ least: 2 }) });
    const waiting = [post(anOrder, {}, small), post(anOrder, {}, small)];
    await small.ready();
    const refused = await post(anOrder, {}, small);
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '1']);
    gate.resolve();
    expect((await Promise.all(waiting)).map(({ statusCode }) => statusCode)).toEqual([202, 202]);
    expect((await post(anOrder, {}, small)).statusCode).toBe(202);
  });
});
