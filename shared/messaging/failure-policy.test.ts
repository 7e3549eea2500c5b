import { describe, expect, it } from 'vitest';
import { pizzaFlow } from '#shared/contracts/pizza-flow.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { createFailurePolicy, type FailurePolicyOptions, type Settlement } from './failure-policy.ts';
import { Retryable, Terminal, Unavailable } from './faults.ts';
import { createMemoryBus } from './memory/memory-bus.ts';
import type { StoredMessage } from './stream-reader.ts';
import type { Delivery } from './subscriber.ts';

const LETTERS = 'dlq.chef-service.order.created';
const original = {
  subject: 'pizza.order.created.12345',
  headers: { 'Nats-Msg-Id': 'order.created:order-12345-created-001', 'ce-id': 'order-12345-created-001' },
  body: '{"orderId":"12345"}',
};

/** Processes one message under the policy; `process` decides. The broker's delays and the pauses take no time. */
async function run(process: (delivery: Delivery) => Promise<string>, change: Partial<FailurePolicyOptions> = {}) {
  const delays: number[] = [];
  const schedule = (task: () => void, ms: number) => {
    delays.push(ms);
    if (ms >= ACK_WAIT_MS) return () => undefined;
    const timer = setImmediate(task);
    return () => clearImmediate(timer);
  };
  const bus = createMemoryBus({ ackWaitMs: ACK_WAIT_MS, schedule });
  const settled: Settlement[] = [];
  const pauses: number[] = [];
  const safely = createFailurePolicy({
    bus,
    flow: pizzaFlow,
    service: 'chef-service',
    durable: 'd',
    random: () => 0.5,
    now: () => Date.parse('2026-01-13T10:00:15Z'),
    wait: async (ms) => pauses.push(ms),
    onSettled: (settlement) => settled.push(settlement),
    ...change,
  });
  const faults: unknown[] = [];
  await bus.consume({
    durable: 'd',
    filters: ['pizza.>'],
    handle: safely(process),
    onFault: (error) => faults.push(error),
  });
  await bus.publish(original);
  const letters = () => bus.read(LETTERS);
  const outcomes = () => settled.map(({ outcome }) => outcome);
  const until = (outcome: string) =>
    eventually(async () => outcomes().includes(outcome) || undefined, `a message settled as ${outcome}`);
  return { bus, delays, settled, pauses, faults, letters, outcomes, until };
}
const ACK_WAIT_MS = 60_000;

describe('the failure policy', () => {
  it('acknowledges what was processed, and passes its outcome on', async () => {
    const { bus, outcomes, until } = await run(async () => 'duplicate');
    await until('duplicate');
    expect(await bus.caughtUp(['d'], 0)).toBe(true);
    expect(outcomes()).toEqual(['duplicate']);
  });

  it('keeps the message while a dependency is away, however long, and blames nobody', async () => {
    let tries = 0;
    const deliveries = new Set<number>();
    const paused: Unavailable[] = [];
    const { pauses, outcomes, until } = await run(
      async ({ deliveryCount }) => {
        deliveries.add(deliveryCount);
        if (++tries <= 100) throw new Unavailable('store');
        return 'ok';
      },
      { onPaused: (error) => paused.push(error) },
    );
    await until('ok');
    expect(outcomes()).toEqual(['ok']);
    expect([...deliveries]).toEqual([1]);
    expect(paused).toHaveLength(100);
    expect(pauses.slice(0, 3)).toEqual([37.5, 75, 150]);
    expect(Math.max(...pauses)).toBe(1_500);
  });

  it('gives the message back when the consumer stops while a dependency is away', async () => {
    const stopping = new AbortController();
    const counts: number[] = [];
    const { outcomes, until } = await run(
      async ({ deliveryCount }) => {
        counts.push(deliveryCount);
        if (counts.length === 3) stopping.abort();
        if (counts.length <= 3) throw new Unavailable('store');
        return 'ok';
      },
      { stopping: stopping.signal },
    );
    await until('ok');
    expect(counts).toEqual([1, 1, 1, 2]);
    expect(outcomes()).toEqual(['ok']);
  });

  it('makes a dead letter of a terminal fault at once: original bytes and headers, and why', async () => {
    const { bus, settled, letters, until } = await run(async () => {
      throw new Terminal('schema-violation', `bad é\r\nForged: 1 ${'x'.repeat(900)}`);
    });
    await until('dead_letter');
    const [letter, ...more] = await letters();
    expect(more).toEqual([]);
    expect(Buffer.from(letter?.body ?? []).toString()).toBe(original.body);
    expect(letter?.headers).toMatchObject({
      'ce-id': 'order-12345-created-001',
      'nats-msg-id': expect.stringMatching(/^dlq:PIZZA:1:\d{13}:d$/),
      'dlq-msg-id': 'order.created:order-12345-created-001',
      'dlq-reason': 'schema-violation',
      'dlq-service': 'chef-service',
      'dlq-durable': 'd',
      'dlq-subject': original.subject,
      'dlq-sequence': '1',
      'dlq-deliveries': '1',
      'dlq-time': '2026-01-13T10:00:15.000Z',
    });
    expect(letter?.headers['dlq-error']).toMatch(/^bad +Forged: 1 x+$/);
    expect(letter?.headers['dlq-error']?.length).toBeLessThanOrEqual(500);
    expect(settled.at(-1)).toMatchObject({ outcome: 'dead_letter', reason: 'schema-violation' });
    await bus.settled();
    expect(settled).toHaveLength(1);
  });

  it('makes no second letter when a durable that was made anew delivers the message again, but one for a new stream', async () => {
    const fail = async () => Promise.reject(new Terminal('schema-violation', 'x'));
    const { bus, letters, until } = await run(fail);
    await until('dead_letter');
    const [message] = await bus.read(original.subject);
    const settledBy: string[] = [];
    const settle = (how: string) => () => void settledBy.push(how);
    const deliver = (storedAt: number) =>
      createFailurePolicy({ bus, flow: pizzaFlow, service: 'chef-service', durable: 'd' })(fail)({
        ...(message as StoredMessage),
        ...{ storedAt, deliveryCount: 1, ack: settle('ack'), nak: settle('nak'), term: settle('term') },
      });
    await deliver(message?.storedAt ?? 0);
    expect(settledBy).toEqual(['ack']);
    expect(await letters()).toHaveLength(1);
    await deliver(1);
    expect(settledBy).toEqual(['ack', 'term']);
    expect(await letters()).toHaveLength(2);
  });

  it('tries any other fault again with growing, jittered delays, and makes a dead letter of the fifth', async () => {
    const counts: number[] = [];
    const { delays, outcomes, letters, until } = await run(async ({ deliveryCount }) => {
      counts.push(deliveryCount);
      throw deliveryCount % 2 ? new Retryable('busy') : new TypeError('a bug');
    });
    await until('dead_letter');
    expect(counts).toEqual([1, 2, 3, 4, 5]);
    expect(outcomes()).toEqual(['retry', 'retry', 'retry', 'retry', 'dead_letter']);
    expect(delays.filter((ms) => ms < ACK_WAIT_MS)).toEqual([150, 300, 600, 1_200]);
    expect((await letters())[0]?.headers).toMatchObject({ 'dlq-reason': 'retries-exhausted', 'dlq-deliveries': '5' });
  });

  it('forgets the faults of a message that was processed in the end', async () => {
    let faults = 0;
    const { bus, outcomes, letters, until } = await run(
      async ({ sequence }) => {
        if (sequence === 1 && faults < 3) {
          faults += 1;
          throw new Retryable('busy');
        }
        return 'ok';
      },
      { maxFaults: 4 },
    );
    await until('ok');
    await bus.settled();
    expect(outcomes()).toEqual(['retry', 'retry', 'retry', 'ok']);
    expect(await letters()).toEqual([]);
  });

  it('leaves the last delivery of the broker unused', async () => {
    const { outcomes, until } = await run(async () => Promise.reject(new Retryable('busy')), {
      maxFaults: 100,
      maxDeliver: 4,
    });
    await until('dead_letter');
    expect(outcomes()).toEqual(['retry', 'retry', 'dead_letter']);
  });

  it('gives a message up only when its dead letter is stored, and stores it once', async () => {
    let away = 3;
    const { bus, pauses, until, letters } = await run(async () => Promise.reject(new Terminal('no-good', 'x')));
    await until('dead_letter');
    expect(pauses).toEqual([]);
    const real = bus.publish;
    let givenUp = 0;
    const delivery = (await bus.read(original.subject))[0];
    const publish: typeof real = async (message) => {
      expect(givenUp).toBe(0);
      if (away-- > 0) throw new Unavailable('broker');
      return real(message);
    };
    const safely = createFailurePolicy({
      bus: { ...bus, publish },
      flow: pizzaFlow,
      service: 'chef-service',
      durable: 'd',
      wait: async () => undefined,
    });
    const nothing = () => undefined;
    await safely(async () => Promise.reject(new Terminal('no-good', 'x')))({
      ...(delivery as Delivery),
      deliveryCount: 1,
      ack: () => void givenUp++,
      nak: nothing,
      term: nothing,
    });
    expect(givenUp).toBe(1);
    expect(away).toBeLessThan(0);
    expect(await letters()).toHaveLength(1);
  });

  it('files what has no known type under unknown', async () => {
    const { bus, until } = await run(async () => Promise.reject(new Terminal('not-a-cloudevent', 'x')));
    await until('dead_letter');
    await bus.publish({ ...original, subject: 'pizza.constructor.x.1', headers: {} });
    await eventually(
      async () => (await bus.read('dlq.chef-service.unknown')).length === 1 || undefined,
      'the letter of an unknown type',
    );
  });
});
