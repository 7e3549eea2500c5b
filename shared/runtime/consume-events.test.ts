import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { deadLetterSubject } from '#shared/contracts/flow.ts';
import { pizzaFlow as flow } from '#shared/contracts/pizza-flow.ts';
import { systemClock } from '#shared/kernel/clock.ts';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import type { Consumer, Delivery } from '#shared/messaging/subscriber.ts';
import { createServiceMetrics } from '#shared/telemetry/metrics/service-metrics.ts';
import { consumeEvents } from './consume-events.ts';

const service = 'kitchen-service';
const types = ['payment.completed', 'chef.assigned'];

/** What the service hands to the bus, and what came of it. */
async function consuming(process: (delivery: Delivery) => Promise<string> = async () => 'ok') {
  const bus = createMemoryBus();
  const metrics = createServiceMetrics({ flow, service, reacts: types, orderTimeoutMs: 30_000 });
  let consumer: Consumer | undefined;
  await consumeEvents({
    ...systemClock,
    flow,
    service,
    types,
    bus: Object.assign(bus, {
      consume: async (given: Consumer) => {
        consumer = given;
        return { drain: async () => undefined };
      },
    }),
    settings: { CONCURRENCY: 7 },
    log: pino({ level: 'silent' }),
    instrumentation: metrics.instrumentation,
    stopping: new AbortController().signal,
    process,
  });
  const ended: string[] = [];
  const deliver = (subject: string) =>
    consumer?.handle({
      subject,
      headers: {},
      body: Buffer.from('{}'),
      sequence: 1,
      storedAt: 0,
      deliveryCount: 1,
      ack: () => ended.push('ack'),
      nak: () => ended.push('nak'),
      term: (reason) => ended.push(`term ${reason}`),
    });
  const counted = async (pattern: RegExp) =>
    (await metrics.scrape()).split('\n').filter((line) => pattern.test(line) && !line.endsWith(' 0'));
  return { bus, consumer, deliver, ended, counted };
}

describe('a service consumes', () => {
  it('by one durable of its name, with a filter per type', async () => {
    const { consumer } = await consuming();
    expect(consumer).toMatchObject({
      durable: service,
      filters: ['pizza.payment.completed.*', 'pizza.chef.assigned.*'],
      concurrency: 7,
    });
  });

  it('each delivery as what its subject says, in the metrics, too', async () => {
    const { deliver, ended, counted } = await consuming(async ({ subject }) =>
      subject.includes('chef') ? 'duplicate' : 'ok',
    );
    await deliver('pizza.payment.completed.o-1');
    await deliver('pizza.chef.assigned.o-1');
    expect(ended).toEqual(['ack', 'ack']);
    expect(await counted(/^pizza_event_processing_seconds_count/)).toEqual([
      `pizza_event_processing_seconds_count{service="${service}",type="payment.completed",outcome="ok"} 1`,
      `pizza_event_processing_seconds_count{service="${service}",type="chef.assigned",outcome="duplicate"} 1`,
    ]);
  });

  it.each(['pizza.chef.released.o-1', 'pizza.guessed.o-1', 'pizza'])(
    'nothing of a type that it does not know: %s is a dead letter',
    async (subject) => {
      const { bus, deliver, ended, counted } = await consuming();
      await deliver(subject);
      expect(ended).toEqual(['term unknown-type']);
      expect(await bus.deadLetters(service)).toBe(1);
      const [letter] = [
        ...(await bus.read(deadLetterSubject(service, 'unknown'))),
        ...(await bus.read(deadLetterSubject(service, 'chef.released'))),
      ];
      expect(letter?.headers).toMatchObject({ 'dlq-reason': 'unknown-type', 'dlq-durable': service });
      expect(await counted(/^pizza_event_failures_total/)).toEqual([
        `pizza_event_failures_total{service="${service}",type="unknown",reason="unknown-type"} 1`,
      ]);
    },
  );
});
