import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contractOf } from '#shared/contracts/flow.ts';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import type { Service } from '#shared/runtime/service.ts';
import { followOrder, placeSampleOrder } from '#shared/stack/commands/sample-order.ts';
import { loadServices } from '#shared/stack/load-services.ts';
import { type Stack, startStack } from '#shared/stack/stack.ts';
import { eventually } from '#shared/testing/eventually.ts';
import type { RunningFlow } from '#shared/testing/flow-harness.ts';
import { type FuzzedRequest, messagesOf, requestsTo } from '#shared/testing/fuzz.ts';
import { observeStack } from '#shared/testing/real-backend.ts';

const COUNT = 10_000;
const AT_ONCE = 32;
/** Told with every failure: the same seed makes the same requests and messages. */
const SEED = 20261125;

/** Whatever is sent to it, the stack answers, and goes on making pizzas. */
describe(`${COUNT} requests and ${COUNT} messages made of nonsense (seed ${SEED})`, { timeout: 240_000 }, () => {
  const deaths: string[] = [];
  let stack: Stack;
  let services: Service[];
  let running: RunningFlow;

  beforeAll(async () => {
    services = await loadServices(pizzaFlow);
    const env = { ORDER_TIMEOUT: '6s', ACK_WAIT: '2s', LOG_LEVEL: 'silent', GATEWAY_LATENCY: '0ms' };
    stack = await startStack({ env, onDeath: (sentence) => deaths.push(sentence) });
    running = await observeStack(stack, pizzaFlow, services);
  });
  afterAll(async () => {
    await running?.[Symbol.asyncDispose]();
    await stack?.stop();
  });

  const expectHealthy = async () => {
    const orderId = await placeSampleOrder(stack.orderUrl ?? '', pizzaFlow);
    const signal = AbortSignal.timeout(30_000);
    const { status } = await followOrder(stack.orderUrl ?? '', orderId, { flow: pizzaFlow, withinMs: 20_000, signal });
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
    await inTurns(messages, (message) => running.publishRaw(message));
    const durables = services.filter(({ reacts }) => Object.keys(reacts(pizzaFlow)).length > 0).map(({ name }) => name);
    await eventually(
      async () => {
        const states = await running.bus.durableStates(durables);
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

async function inTurns<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
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
