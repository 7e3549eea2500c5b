import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pattern as choreography } from '#services/patterns/choreography/pattern.ts';
import { contractOf, type Flow, subjectOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { buildEvent, toWire } from '#shared/messaging/build-event.ts';
import type { WireMessage } from '#shared/messaging/publisher.ts';
import { followOrder, placeSampleOrder } from '#shared/stack/commands/sample-order.ts';
import { type Stack, startStack } from '#shared/stack/stack.ts';
import { eventually } from '#shared/testing/eventually.ts';
import type { RunningFlow } from '#shared/testing/flow-harness.ts';
import { observeStack } from '#shared/testing/real-backend.ts';

const COUNT = 10_000;
const AT_ONCE = 32;
/** Told with every failure: the same seed makes the same requests and messages. */
const SEED = 20261125;

/** Whatever is sent to it, the stack answers, and goes on making pizzas. */
describe(`${COUNT} requests and ${COUNT} messages made of nonsense (seed ${SEED})`, { timeout: 300_000 }, () => {
  const deaths: string[] = [];
  let stack: Stack;
  const { services } = choreography;
  let running: RunningFlow;

  beforeAll(async () => {
    // Long enough for an order that waits behind all of the nonsense.
    const env = { ORDER_TIMEOUT: '60s', ACK_WAIT: '2s', LOG_LEVEL: 'silent', GATEWAY_LATENCY: '0ms' };
    stack = await startStack({ env, onDeath: (sentence) => deaths.push(sentence) });
    running = await observeStack(stack, pizzaFlow, services);
  });
  afterAll(async () => {
    await running?.[Symbol.asyncDispose]();
    await stack?.stop();
  });

  const expectHealthy = async () => {
    const orderId = await placeSampleOrder(stack.orderUrl ?? '', pizzaFlow);
    const signal = AbortSignal.timeout(80_000);
    const { status } = await followOrder(stack.orderUrl ?? '', orderId, { flow: pizzaFlow, withinMs: 70_000, signal });
    expect(status).toBe('ready');
    expect(deaths).toEqual([]);
  };

  it('every request is answered, by no 5xx but a deliberate 503, and every refusal says why', async () => {
    const { orderId: _, ...order } = contractOf(pizzaFlow, pizzaFlow.start).example;
    const statuses = new Map<number, number>();
    const wrong: unknown[] = [];
    await inTurns(fc.sample(requestsTo(order), { numRuns: COUNT, seed: SEED }), async (request) => {
      const answer = await send(stack.orderUrl ?? '', request);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      if (!isFine(request, answer)) wrong.push({ request, answer });
    });
    expect(wrong.slice(0, 3)).toEqual([]);
    for (const status of [202, 400, 404, 405, 415]) expect(statuses.get(status), `${status}`).toBeGreaterThan(10);
    await expectHealthy();
  });

  it('every message is processed or dead-lettered, and none holds up the next', async () => {
    const messages = fc.sample(messagesOf(pizzaFlow), { numRuns: COUNT, seed: SEED });
    await inTurns(messages, (message) => running.bus.publish(message));
    await eventually(
      async () => {
        const states = await running.bus.durableStates();
        return states.every(({ pending, ackPending }) => pending + ackPending === 0) || undefined;
      },
      'every message to be settled',
      180_000,
    );
    const letters = await Promise.all(services.map(({ name }) => running.bus.deadLetters(name)));
    expect(letters.filter((count) => count > 100).length, `dead letters: ${letters}`).toBeGreaterThanOrEqual(4);
    await expectHealthy();
  });
});

async function inTurns<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const left = all.values();
  const worker = async () => {
    for (const one of left) await work(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function send(url: string, { method, path, headers, body }: FuzzedRequest): Promise<Answer> {
  const answer = await fetch(url + path, {
    method,
    headers,
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(20_000),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

function isFine({ method }: FuzzedRequest, { status, headers, text }: Answer): boolean {
  if (status === 503) return headers.has('retry-after');
  if (status >= 500) return false;
  if (status < 400 || method === 'HEAD') return true;
  return headers.get('content-type')?.startsWith('application/problem+json') === true && JSON.parse(text).title !== '';
}

/* What nobody would send on purpose: valid input with something changed, and input that never was valid. */

/** A request that `fetch` can be made to send. */
interface FuzzedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
}

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => new Uint8Array(array));
const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 60 }).map((text) => text.trim());
/** Names that every object has, empty and overlong ones, and what a path, a subject or a key is not to hold. */
const oddText = fc.oneof(
  fc.constantFrom('', '.', '*', '>', '..', '__proto__', 'constructor', 'a'.repeat(3_000), 'ord-1', '%00', '\u{1F355}'),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const oddValue = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, Number.MAX_SAFE_INTEGER + 2, 0.1 + 0.2, [], {}, [[[[]]]]),
  oddText,
  fc.jsonValue({ maxDepth: 3 }),
);

/** The object with a field changed, left out, added or renamed, or several of that. */
const changed = (object: Readonly<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> => {
  const names = Object.keys(object);
  const change = fc.oneof(
    fc.tuple(fc.constantFrom(...names), oddValue).map(([name, value]) => ({ [name]: value })),
    fc.constantFrom(...names).map((name) => ({ [name]: undefined })),
    fc.tuple(oddText, oddValue).map(([name, value]) => ({ [name]: value })),
  );
  return fc.array(change, { maxLength: 3 }).map((changes) => Object.assign({}, object, ...changes));
};

const cut = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.nat({ max: 400 })).map(([whole, length]) => whole.slice(0, length));

/** Texts and bytes as a JSON object should be. */
const bodyOf = (example: Readonly<Record<string, unknown>>): fc.Arbitrary<string | Uint8Array<ArrayBuffer>> => {
  const json = changed(example).map((value) => JSON.stringify(value));
  return fc.oneof(
    { weight: 5, arbitrary: json },
    { weight: 1, arbitrary: cut(json) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 4 }) },
    { weight: 1, arbitrary: bytes },
    { weight: 1, arbitrary: fc.nat({ max: 5_000 }).map((depth) => '['.repeat(depth)) },
  );
};

/** Requests to an order intake whose orders look like the example. */
const requestsTo = (example: Readonly<Record<string, unknown>>): fc.Arbitrary<FuzzedRequest> => {
  const headers = fc.record(
    {
      'content-type': fc.oneof(
        { weight: 6, arbitrary: fc.constant('application/json') },
        fc.constantFrom('text/plain', 'application/json; charset=utf-16', 'multipart/form-data', 'x'),
      ),
      'idempotency-key': printable,
      traceparent: fc.oneof(printable, fc.constant('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')),
      accept: printable,
    },
    { requiredKeys: ['content-type'] },
  );
  const segment = oddText.map((text) => encodeURIComponent(text.toWellFormed()));
  const path = fc.oneof(
    { weight: 8, arbitrary: fc.constant('/orders') },
    segment.map((id) => `/orders/${id}`),
    segment.map((id) => `/orders/${id}/events`),
    segment.map((id) => `/orders/${id}/live`),
    segment.map((name) => `/${name}`),
    printable.map((query) => `/orders?${encodeURIComponent(query)}`),
  );
  const method = fc.oneof(
    { weight: 8, arbitrary: fc.constant('POST') },
    fc.constantFrom('GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
  );
  return fc
    .record({ method, path, headers, body: bodyOf(example) })
    .map(({ body, ...rest }) => ({ ...rest, body: ['GET', 'HEAD'].includes(rest.method) ? undefined : body }));
};

const headerText = printable.map((text) => text.replaceAll(/[\r\n]/g, ''));

/** Messages on the subjects of a flow: true events with changed headers or data, and what is no event at all. */
const messagesOf = (flow: Flow): fc.Arbitrary<WireMessage> => {
  const types = Object.keys(flow.events);
  const token = fc.oneof(
    fc.nat({ max: 200 }).map((n) => `fuzz-${n}`),
    fc.constantFrom('x', '__proto__', 'a'.repeat(64)),
  );
  return fc.tuple(fc.constantFrom(...types), token, fc.nat()).chain(([type, orderId, serial]) => {
    const { owner, example } = contractOf(flow, type);
    const data = { ...example, orderId };
    const wire = toWire(flow, buildEvent(flow, { type, data }, { orderId, source: owner, now: 0 }));
    const headerNames = fc.constantFrom(...Object.keys(wire.headers), 'Content-Type', 'ce-unknown', 'CE-ID');
    const headers = fc.array(
      fc.tuple(headerNames, fc.oneof(headerText, fc.constantFrom('application/cloudevents+json', '%', '%C3', '1.1'))),
      { maxLength: 2 },
    );
    const left = fc.constantFrom(...Object.keys(wire.headers), 'none');
    return fc.record({ headers, left, body: bodyOf(data), subject: subjectsNear(flow, type, orderId) }).map((given) => {
      const { [given.left]: _, ...kept } = wire.headers;
      // A fresh one for each: else the stream itself drops most of them.
      const fresh = { 'Nats-Msg-Id': `fuzz-${serial}-${orderId}-${type}` };
      return {
        subject: given.subject,
        headers: { ...kept, ...Object.fromEntries(given.headers), ...fresh },
        body: given.body,
      };
    });
  });
};

/** Mostly the right one. */
const subjectsNear = (flow: Flow, type: string, orderId: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(subjectOf(flow, type, orderId)) },
    fc.constantFrom(
      subjectOf(flow, type, 'another'),
      subjectOf(flow, type, 'a'.repeat(300)),
      `${flow.subjectPrefix}.${type}`,
      `${flow.subjectPrefix}.${type}.${orderId}.more`,
      `${flow.subjectPrefix}.nobody.knows.${orderId}`,
    ),
    fc.constantFrom(...Object.keys(flow.events)).map((other) => subjectOf(flow, other, orderId)),
  );
