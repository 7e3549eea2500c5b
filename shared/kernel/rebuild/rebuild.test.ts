import { expect, it } from 'vitest';
import { contractOf, subjectOf } from '#shared/contracts/flow.ts';
import { pizzaFlow as flow } from '#shared/contracts/pizza-flow.ts';
import { buildEvent, toWire } from '#shared/messaging/build-event.ts';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import { createMemoryStore } from '#shared/store/memory/memory-store.ts';
import { NotWhole, notWhole } from '#shared/store/not-whole.ts';
import type { CorrelationStore } from '#shared/store/store.ts';
import type { Behaviour } from '../service.ts';
import { ownPart } from './parts.ts';
import { rebuildParts } from './rebuild.ts';

const ORDERS = 3_000;
const service = 'chef-service';
const context = {
  flow,
  service,
  claimMs: 5_000,
  retainMs: 60_000,
  streamKeepsMs: 7_200_000,
  traceparent: () => undefined,
};
/** Waits for something else, for ever. */
const behaviour: Behaviour = {
  decide: () => ({ state: 'waits', group: 'waiting', counts: [{ once: 'seen', total: 'seen', by: 1 }] }),
};

async function aStreamOfOrders() {
  const bus = createMemoryBus();
  const data = contractOf(flow, flow.start).example;
  for (let n = 0; n < ORDERS; n += 1) {
    const orderId = `ord-${n}`;
    const draft = { type: flow.start, data: { ...data, orderId } };
    await bus.publish(toWire(flow, buildEvent(flow, draft, { orderId, source: 'order-service', now: Date.now() })));
  }
  const firsts: number[] = [];
  const replay: typeof bus.replay = (filters, first) => {
    if (filters.includes(subjectOf(flow, flow.start, '*'))) firsts.push(first);
    return bus.replay(filters, first);
  };
  return { bus: { ...bus, replay, publishWithinMs: 0 }, firsts };
}

/** Its rebuild is over, as when the process dies, after so many writes. */
const dyingAfter = (writes: number, store: CorrelationStore): CorrelationStore => ({
  ...store,
  async beginRebuild(leaseMs) {
    const rebuild = await store.beginRebuild(leaseMs);
    let left = writes;
    return (
      rebuild && {
        ...rebuild,
        async commit(...args: Parameters<typeof rebuild.commit>) {
          left -= 1;
          if (left < 0) throw notWhole('rebuilding');
          return rebuild.commit(...args);
        },
      }
    );
  },
});

const optionsOn = (bus: Awaited<ReturnType<typeof aStreamOfOrders>>['bus']) => ({
  bus,
  flow,
  service,
  reacts: [flow.start],
  noticedAt: 0,
  onProgress: () => undefined,
  stopping: new AbortController().signal,
  monotonic: () => performance.now(),
  now: Date.now,
  wait: () => new Promise<void>((resolve) => setImmediate(resolve)),
});

it.each([
  ['while it folds', 2_500],
  ['while it concludes', ORDERS + 700],
])('a rebuild that dies %s is gone on with, not begun anew', async (_, writes) => {
  const { bus, firsts } = await aStreamOfOrders();
  const store = createMemoryStore({ fresh: true });
  const died = await rebuildParts([ownPart(dyingAfter(writes, store), behaviour, context)], optionsOn(bus)).catch(
    (error: Error) => error,
  );
  expect((died as Error).cause).toBeInstanceOf(NotWhole);
  const done = await rebuildParts([ownPart(store, behaviour, context)], optionsOn(bus));
  expect(done?.cause).toBe('rebuilding');
  expect(firsts.at(-1)).toBe(ORDERS + 1);
  expect(firsts.find((first) => first > 1)).toBeGreaterThanOrEqual(Math.min(writes, ORDERS) - 1_024);
  expect(done?.orders).toBeLessThanOrEqual(ORDERS - Math.min(writes, ORDERS) + 1_024);
  const { totals, groups } = await store.totals();
  expect({ totals, groups }).toEqual({ totals: { seen: ORDERS }, groups: { waiting: ORDERS } });
});

it('an order of which the store kept the fact and lost what followed is concluded, too', async () => {
  const { bus } = await aStreamOfOrders();
  const store = createMemoryStore();
  const [message] = await bus.read(subjectOf(flow, flow.start, 'ord-0'));
  const event = JSON.parse(Buffer.from(message?.body ?? []).toString());
  const id = message?.headers['ce-id'] ?? '';
  await store.record('ord-0', { id, type: flow.start, data: event, occurredAt: 0, storedAt: 0 });
  store.sync();
  store.restart();
  await rebuildParts([ownPart(store, behaviour, context)], optionsOn(bus));
  expect(await store.load('ord-0')).toMatchObject({ group: 'waiting', facts: [{ id }] });
});
