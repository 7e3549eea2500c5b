import { describe, expect, it } from 'vitest';
import { chefService } from '#services/chef-service/service.ts';
import { kitchenService } from '#services/kitchen-service/service.ts';
import { contractOf, subjectOf } from '#shared/contracts/flow.ts';
import { pizzaFlow as flow } from '#shared/contracts/pizza-flow.ts';
import { createServicesBench } from '#shared/kernel/fixtures/services-bench.ts';
import { buildEvent, toWire } from '#shared/messaging/build-event.ts';
import type { Bus } from '#shared/messaging/bus.ts';
import { Unavailable } from '#shared/messaging/faults.ts';
import { createMemoryBus, MEMORY_STREAM } from '#shared/messaging/memory/memory-bus.ts';
import { readEvent } from '#shared/messaging/read-event.ts';
import { createMemoryStore } from '#shared/store/memory/memory-store.ts';
import type { OpenStore, Rebuild } from '#shared/store/store.ts';
import { NotWhole } from '#shared/store/store.ts';
import { fakeClock } from '#shared/testing/clock.ts';
import { behaviourOf } from '#shared/testing/rules-bench.ts';
import { orderTable } from '../behaviour.ts';
import { createReactor } from '../reactor.ts';
import { eventsOf } from '../recorded-event.ts';
import type { Rules } from '../rules.ts';
import { rebuildTables } from './rebuild.ts';

const HOUR = 3_600_000;
const service = 'chef-service';

const optionsOn = (bus: Pick<Bus, 'replay' | 'read' | 'identity' | 'connectedSince'>, now = Date.now) => ({
  bus: {
    replay: bus.replay,
    read: bus.read,
    identity: bus.identity,
    connectedSince: bus.connectedSince,
    publishWithinMs: 0,
  },
  flow,
  service,
  reacts: [flow.start],
  pools: undefined,
  streamKeepsMs: 2 * HOUR,
  noticedAt: 0,
  onProgress: () => undefined,
  stopping: new AbortController().signal,
  monotonic: () => performance.now(),
  now,
  wait: () => new Promise<void>((resolve) => setImmediate(resolve)),
});

describe('a rebuild that is interrupted', () => {
  const ORDERS = 3_000;
  /** Waits for something else, for ever. */
  const waiting: Rules<number> = {
    initial: 0,
    evolve: (seen) => seen + 1,
    decide: () => ({}),
    tally: (seen) => ({ seen }),
    holds: (seen) => ({ shelf: seen }),
    isClosed: () => false,
  };
  const table = (store: OpenStore) => orderTable(store, waiting, 60_000);

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
      firsts.push(first);
      return bus.replay(filters, first);
    };
    return { bus: { ...bus, replay }, firsts };
  }

  /** A store whose rebuild goes another way with each commit, counted from 1. */
  const rebuiltWith = (
    store: OpenStore,
    commit: (nth: number, rebuild: Rebuild['commit']) => Rebuild['commit'],
  ): OpenStore => ({
    ...store,
    async beginRebuild(leaseMs) {
      const rebuild = await store.beginRebuild(leaseMs);
      let nth = 0;
      return (
        rebuild && {
          ...rebuild,
          commit(...args) {
            nth += 1;
            return commit(nth, rebuild.commit)(...args);
          },
        }
      );
    },
  });
  /** Its rebuild is over, as when the process dies, after so many writes. */
  const dyingAfter = (writes: number, store: OpenStore) =>
    rebuiltWith(store, (nth, commit) => async (...args) => {
      if (nth > writes) throw new NotWhole('rebuilding');
      return commit(...args);
    });

  it.each([
    ['while it folds', 2_500],
    ['while it concludes', ORDERS + 700],
  ])('%s is gone on with, not begun anew, and doubles nothing', async (_, writes) => {
    const { bus, firsts } = await aStreamOfOrders();
    const store = createMemoryStore({ fresh: true });
    const died = await rebuildTables([table(dyingAfter(writes, store))], optionsOn(bus)).catch((error: Error) => error);
    expect(died).toBeInstanceOf(NotWhole);
    const done = await rebuildTables([table(store)], optionsOn(bus));
    expect(done?.cause).toBe('rebuilding');
    expect(firsts.at(-1)).toBe(ORDERS + 1);
    expect(firsts.find((first) => first > 1)).toBeGreaterThanOrEqual(Math.min(writes, ORDERS) - 1_024);
    expect(done?.orders).toBeLessThanOrEqual(ORDERS - Math.min(writes, ORDERS) + 1_024);
    const { counters, pools, oldestDueAt } = await store.counters();
    expect({ counters, pools, oldestDueAt }).toEqual({
      counters: { seen: ORDERS },
      pools: { shelf: -ORDERS },
      oldestDueAt: undefined,
    });
  });

  it('has a checkpoint in a stream that was deleted begins with the first message of the one made anew', async () => {
    const { bus } = await aStreamOfOrders();
    const store = createMemoryStore();
    await store.checkpoint(ORDERS, 'the-old-stream');
    store.sync();
    store.restart();
    await rebuildTables([table(store)], optionsOn(bus));
    expect((await store.counters()).counters).toEqual({ seen: ORDERS });
    expect(await store.health()).toEqual({ is: 'whole', checkpoint: ORDERS, stream: MEMORY_STREAM });
  });

  it('by a bad connection repeats what it prevented, be it done or not', async () => {
    const { bus } = await aStreamOfOrders();
    const store = createMemoryStore({ fresh: true });
    const flaky = rebuiltWith(store, (nth, commit) => async (...args) => {
      if (nth % 3 === 0) throw new Unavailable('store');
      const committed = await commit(...args);
      if (nth % 5 === 0) throw new Unavailable('store');
      return committed;
    });
    await rebuildTables([table(flaky)], optionsOn(bus));
    expect(await store.counters()).toMatchObject({ counters: { seen: ORDERS }, oldestDueAt: undefined });
  });

  it('is left alone by another process for as long as its lease runs', async () => {
    const { bus } = await aStreamOfOrders();
    const store = createMemoryStore({ fresh: true });
    await store.beginRebuild(60_000);
    expect(await rebuildTables([table(store)], optionsOn(bus))).toBeUndefined();
    expect(await store.health()).toMatchObject({ is: 'rebuilding' });
  });
});

describe('a chef-service whose store', () => {
  const behaviour = behaviourOf(chefService);
  const { rules } = behaviour;
  const units = { 'chef-luca': 5 };

  async function bench() {
    const clock = fakeClock();
    const store = createMemoryStore({ now: clock });
    await store.stock(units, 'missing');
    const bus = createMemoryBus({ now: clock });
    let isAway = false;
    const publish: Bus['publish'] = async (message) => {
      if (isAway) throw new Unavailable('broker');
      return bus.publish(message);
    };
    const aProcess = () =>
      createReactor({ flow, service, behaviour, store, bus: { ...bus, publish }, retainMs: 60_000, monotonic: clock });
    const options = { ...optionsOn(bus, clock), reacts: Object.keys(chefService.reacts(flow)), pools: units };
    return {
      clock,
      store,
      aProcess,
      brokerIsAway: (away: boolean) => {
        isAway = away;
      },
      /** Of another service, stored in the stream. */
      async event(type: string, orderId = '1') {
        const { owner, example } = contractOf(flow, type);
        const draft = { type, data: { ...example, orderId, ...(type === flow.start && { pizzaType: 'pepperoni' }) } };
        const wire = toWire(flow, buildEvent(flow, draft, { orderId, source: owner, now: clock() }));
        const { sequence } = await bus.publish(wire);
        const [stored] = await bus.read(wire.subject, sequence);
        if (!stored) throw new Error('the stream lost it');
        return readEvent(flow, stored);
      },
      stored: async (type: string) => (await bus.read(subjectOf(flow, type, '1'))).length,
      rebuild: () => rebuildTables([orderTable(store, rules, 60_000)], options),
      async attendToAll() {
        const one = aProcess();
        for (const due of await store.claimDue(10, 1)) await one.attend(due, true);
      },
    };
  }

  it('was wiped has its orders and pools again, and publishes nothing by that', async () => {
    const { store, aProcess, event, stored, rebuild, attendToAll } = await bench();
    await aProcess().react(await event('order.created'));
    const before = { document: eventsOf(await store.load('1')), pools: (await store.counters()).pools };
    store.wipe();
    expect(await rebuild()).toMatchObject({ cause: 'wiped', events: 2, orders: 1 });
    expect((await store.counters()).pools).toEqual(before.pools);
    const idsOf = (events: typeof before.document) => events.map(({ id, own }) => `${id} ${own}`);
    expect(idsOf(eventsOf(await store.load('1')))).toEqual(idsOf(before.document));
    await attendToAll();
    expect(await stored('chef.assigned')).toBe(1);
  });

  it('was wiped has an order that was not decided due at once, and decides it as any other', async () => {
    const { clock, store, event, stored, rebuild, attendToAll } = await bench();
    await event('order.created');
    store.wipe();
    await rebuild();
    expect(await stored('chef.assigned')).toBe(0);
    expect(await store.oldest(1)).toEqual([{ id: '1', dueAt: clock() }]);
    await attendToAll();
    expect(await stored('chef.assigned')).toBe(1);
    expect((await store.counters()).pools).toEqual({ 'chef-luca': 4 });
    expect(await store.oldest(1)).toEqual([]);
  });

  it('was restarted goes on from its checkpoint, and has nothing doubled', async () => {
    const { store, aProcess, event, rebuild } = await bench();
    const one = aProcess();
    await one.react(await event('order.created', 'early'));
    await store.checkpoint(2, MEMORY_STREAM);
    store.sync();
    await one.react(await event('order.created', 'lost'));
    store.restart();
    expect(await rebuild()).toMatchObject({ cause: 'restarted', events: 2, orders: 1 });
    expect((await store.counters()).pools).toEqual({ 'chef-luca': 3 });
    expect(eventsOf(await store.load('lost'))).toHaveLength(2);
    expect(eventsOf(await store.load('early'))).toHaveLength(2);
  });

  it('was restarted and kept all of it has nothing doubled either', async () => {
    const { store, aProcess, event, rebuild } = await bench();
    await aProcess().react(await event('order.created'));
    store.sync();
    store.restart();
    await rebuild();
    expect((await store.counters()).pools).toEqual({ 'chef-luca': 4 });
    expect(eventsOf(await store.load('1'))).toHaveLength(2);
  });

  it('was restarted publishes nothing again that the stream has, however long ago', async () => {
    const { clock, store, aProcess, event, rebuild } = await bench();
    await aProcess().react(await event('order.created'));
    store.sync();
    await event('kitchen.ready');
    clock.advance(HOUR / 4);
    store.restart();
    expect(await rebuild()).toMatchObject({ cause: 'restarted', orders: 1 });
    expect(await store.oldest(1)).toEqual([]);
  });

  it('was restarted publishes what was decided and was not published', async () => {
    const { clock, store, aProcess, event, brokerIsAway, stored, rebuild, attendToAll } = await bench();
    brokerIsAway(true);
    await expect(aProcess().react(await event('order.created'))).rejects.toThrow(Unavailable);
    store.sync();
    await event('kitchen.ready');
    const decidedAt = clock();
    clock.advance(1_000);
    store.restart();
    brokerIsAway(false);
    await rebuild();
    expect(await store.oldest(1)).toEqual([{ id: '1', dueAt: decidedAt }]);
    await attendToAll();
    expect(await stored('chef.assigned')).toBe(1);
    expect(await store.oldest(1)).toEqual([]);
  });
});

it('an order of which retention has left the end alone is not decided again, leaves no counters and no document', async () => {
  const clock = fakeClock();
  const [bus, store] = [createMemoryBus({ now: clock }), createMemoryStore({ now: clock, fresh: true })];
  for (const type of ['payment.completed', 'payment.failed']) {
    const { owner, example } = contractOf(flow, type);
    const envelope = { orderId: '1', source: owner, now: clock() };
    await bus.publish(toWire(flow, buildEvent(flow, { type, data: { ...example, orderId: '1' } }, envelope)));
  }
  clock.advance(1.5 * HOUR);
  const table = orderTable(store, behaviourOf(kitchenService).rules, 60_000);
  const declared = { service: kitchenService.name, reacts: Object.keys(kitchenService.reacts(flow)) };
  await rebuildTables([table], { ...optionsOn(bus, clock), ...declared });
  const { counters, oldestDueAt } = await store.counters();
  expect({ counters: nonZero(counters), oldestDueAt }).toEqual({ counters: {}, oldestDueAt: undefined });
  clock.advance(1);
  expect(await store.load('1')).toMatchObject({ version: 0 });
});

describe('after orders of all kinds', () => {
  const orders: [string, object][] = [
    ['ready', {}],
    ['declined', { customerId: 'cust-declined' }],
    ['without-a-chef', { pizzaType: 'pizza-fritta' }],
    ['sold-out', { pizzaType: 'tartufo' }],
    ['not-on-the-menu', { pizzaType: 'calzone' }],
    ['ready-too', { pizzaType: 'pepperoni', size: 'small', totalAmount: 5, currency: 'EUR' }],
  ];

  it('every service’s rebuilt tables count, hold and owe the same as those that were lived', async () => {
    const { bus, stores, processes, order } = await createServicesBench();
    for (const [id, change] of orders) await order(id, change);
    const until = await bus.lastSequence();
    const read = async () =>
      Object.fromEntries(
        await Promise.all(
          [...stores].map(async ([prefix, store]) => {
            const { counters, pools, oldestDueAt } = await store.counters();
            return [prefix, { counters, pools, oldestDueAt }] as const;
          }),
        ),
      );
    const lived = await read();
    expect(lived['kitchen-service']?.counters).toMatchObject({ 'stage:created': 6, 'stage:ready': 2 });
    for (const store of stores.values()) store.wipe();
    for (const { service, behaviour, tables } of processes) {
      const declared = {
        service: service.name,
        reacts: Object.keys(service.reacts(flow)),
        pools: behaviour.pools?.units,
      };
      await rebuildTables(tables, { ...optionsOn(bus), ...declared });
    }
    expect(nonZero(await read())).toEqual(nonZero(lived));
    for (const { service, reactor } of processes)
      for (const due of (await stores.get(service.name)?.claimDue(10, 1)) ?? []) await reactor.attend(due, false);
    expect(await bus.lastSequence()).toBe(until);
    expect(nonZero(await read())).toEqual(nonZero(lived));
  });
});

/** A counter that came back to 0 is as good as none. */
const nonZero = (value: object): unknown =>
  JSON.parse(JSON.stringify(value, (_, held) => (held === 0 ? undefined : held)));
