import { afterAll, beforeAll, expect } from 'vitest';
import { pizzaFlow as flow } from '#shared/contracts/pizza-flow.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import { createJetStreamBus } from '#shared/messaging/jetstream/jetstream-bus.ts';
import { brokerTimesOf } from '#shared/runtime/broker-times.ts';
import { type Stack, startStack } from '#shared/stack/stack.ts';
import { allowedAttributes } from '#shared/telemetry/traces/attributes.ts';
import { eventually } from './eventually.ts';
import { type OtlpReceiver, startOtlpReceiver } from './otlp-receiver.ts';
import type { ReceivedSpan } from './otlp-spans.ts';

const pizza = {
  customerId: 'cust-789',
  pizzaType: 'margherita',
  toppings: ['olives'],
  size: 'large',
  totalAmount: 15.99,
  currency: 'GBP',
};
export const TEXT = 'no text of a customer leaves in a span';

export interface Placed {
  readonly orderId: string;
  readonly traceId: string;
  readonly spanId: string;
}

export async function place(
  { orderUrl }: Stack,
  over: object = {},
  headers: Record<string, string> = {},
): Promise<Placed> {
  const answer = await fetch(`${orderUrl}/orders?note=${encodeURIComponent(TEXT)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': TEXT, ...headers },
    body: JSON.stringify({ ...pizza, ...over }),
  });
  expect(answer.status).toBe(202);
  const [, traceId = '', spanId = ''] = answer.headers.get('traceparent')?.split('-') ?? [];
  const { orderId } = (await answer.json()) as { orderId: string };
  return { orderId, traceId, spanId };
}

/** A stack whose services send to a receiver of their own, and a bus of the test's. */
interface TracedStack extends AsyncDisposable {
  readonly receiver: OtlpReceiver;
  readonly stack: Stack;
  readonly bus: Bus;
}

async function startTracedStack(): Promise<TracedStack> {
  const receiver = await startOtlpReceiver();
  const stack = await startStack({
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_BSP_SCHEDULE_DELAY: '50', GATEWAY_LATENCY: '5ms' },
  });
  const bus = await busOf(stack);
  return {
    receiver,
    stack,
    bus,
    async [Symbol.asyncDispose]() {
      await bus.close();
      await stack.stop();
      await receiver[Symbol.asyncDispose]();
    },
  };
}

/** One for all tests of the block that this is called in: it is there from the first one on. */
export function useTracedStack(): Omit<TracedStack, keyof AsyncDisposable> {
  let traced: TracedStack | undefined;
  beforeAll(async () => {
    traced = await startTracedStack();
  }, 60_000);
  afterAll(() => traced?.[Symbol.asyncDispose]());
  const started = (): TracedStack => {
    if (!traced) throw new Error('the traced stack starts with the first test');
    return traced;
  };
  return {
    get receiver() {
      return started().receiver;
    },
    get stack() {
      return started().stack;
    },
    get bus() {
      return started().bus;
    },
  };
}

const busOf = ({ nats, settings }: Stack): Promise<Bus> =>
  createJetStreamBus({
    url: nats.url,
    flow,
    name: 'test',
    ...brokerTimesOf(settings),
  });

/** Waits for a span, which is exported a moment after it ended. */
export const awaitSpan = (receiver: OtlpReceiver, what: string, isIt: (span: ReceivedSpan) => boolean) =>
  eventually(async () => receiver.spans.find(isIt), what);

export const parentOf = (receiver: OtlpReceiver, span: ReceivedSpan): ReceivedSpan | undefined =>
  receiver.spans.find(({ spanId }) => spanId === span.parentSpanId);

/**
 * The order's spans once those named, and all that caused one, have come; those of Redis may come later. Services
 * export on their own, so that an effect can come before its cause: a test names each span that it looks at.
 */
export async function spansOf(
  receiver: OtlpReceiver,
  { orderId, traceId }: Placed,
  ...named: string[]
): Promise<ReceivedSpan[]> {
  for (const each of named) {
    const [service, name] = each.split(': ');
    const isIt = (span: ReceivedSpan) =>
      span.service === service && span.name === name && span.attributes['pizza.order.id'] === orderId;
    await awaitSpan(receiver, each, isIt);
  }
  await awaitSpan(receiver, 'the request', (span) => span.traceId === traceId && span.kind === 'SERVER');
  return eventually(async () => {
    const spans = receiver.spans.filter((span) => span.traceId === traceId);
    const complete = spans.every((span) => span.kind === 'SERVER' || parentOf(receiver, span));
    return complete ? spans : undefined;
  }, 'everything that spans were caused by');
}

/** @throws when one has an attribute that is not allowed, or what a customer wrote */
export function expectNothingPrivate({ spans }: OtlpReceiver): void {
  for (const span of spans)
    for (const { attributes } of [span, ...span.events, ...span.links])
      expect(Object.keys(attributes).filter((name) => !allowedAttributes.has(name))).toEqual([]);
  // Without the times: their digits may be anything.
  const said = spans.map(({ startMs: _start, endMs: _end, ...span }) => span);
  expect(JSON.stringify(said)).not.toMatch(/no(%20| )text|user-agent|cust-|15\.99/);
}

/** Waits until the parent of every span is there, but for those `foreign` ones that a caller named. */
export async function expectWholeFamilies(receiver: OtlpReceiver, foreign: readonly string[]): Promise<void> {
  await eventually(async () => {
    const known = new Set([...receiver.spans.map(({ spanId }) => spanId), ...foreign]);
    return receiver.spans.every(({ parentSpanId: id }) => !id || known.has(id)) || undefined;
  }, 'all parents');
  expect(new Set(receiver.spans.map(({ spanId }) => spanId)).size).toBe(receiver.spans.length);
}
