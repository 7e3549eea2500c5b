import { expect, it } from 'vitest';
import { pizzaFlow as flow } from '#shared/contracts/pizza-flow.ts';
import { createMemoryBus } from '#shared/messaging/memory/memory-bus.ts';
import { createMemoryStore } from '#shared/store/memory/memory-store.ts';
import type { OpenStore } from '#shared/store/store.ts';
import { eventually } from '#shared/testing/eventually.ts';
import { orderTable } from '../behaviour.ts';
import type { RebuildProgress } from '../instrumentation.ts';
import { watchStore } from './watch-store.ts';

const rules = { initial: 0, evolve: () => 0, decide: () => ({}), isClosed: () => true };

/** Of a process that has run for long before it looks; `looks` counts how often it did. */
async function watching(store: OpenStore) {
  let now = 3_600_000;
  const told: RebuildProgress[] = [];
  const counted = { looks: 0 };
  const watch = await watchStore({
    flow,
    service: 'chef-service',
    reacts: [],
    durables: [],
    pools: undefined,
    streamKeepsMs: 1,
    bus: createMemoryBus(),
    tables: [orderTable(store, rules, 1)],
    instrumentation: { rebuilding: (progress) => void told.push(progress) },
    onFault: (error) => {
      throw error;
    },
    now: () => now,
    monotonic: () => now,
    wait: async (ms) => {
      await new Promise((resolve) => setImmediate(resolve));
      now += ms;
      counted.looks += 1;
    },
  });
  return { watch, told, counted };
}

it('a store that is new is whole at once, and nothing is told of it', async () => {
  const { watch, told } = await watching(createMemoryStore({ fresh: true }));
  expect(watch.state).toBe('whole');
  expect(told).toEqual([]);
  await watch.stop();
});

it('another process that rebuilds is told of only when that lasts', async () => {
  const store = createMemoryStore({ fresh: true });
  const other = await store.beginRebuild(60_000);
  const { watch, told, counted } = await watching(store);
  const first = await eventually(async () => told[0], 'a rebuild that lasts');
  expect(first).toMatchObject({ phase: 'noticed', byOther: true, sinceMs: 2_000 });
  expect(counted.looks).toBeGreaterThanOrEqual(4);
  expect(watch.state).toBe('rebuilding');
  await other?.complete(0);
  await eventually(async () => watch.state === 'whole' || undefined, 'the store to be whole');
  expect(told.at(-1)).toMatchObject({ phase: 'whole', byOther: true });
  await watch.stop();
});

it('a store that is wiped later is mended, and of a restarted one it is told', async () => {
  const store = createMemoryStore();
  const { watch, told } = await watching(store);
  expect(watch.state).toBe('whole');
  const isWhole = async () => (await store.health()).is === 'whole' || undefined;
  store.wipe();
  await eventually(isWhole, 'the wiped store to be whole');
  // Nothing ever happened: there is nothing to tell of.
  expect(told).toEqual([]);
  store.sync();
  store.restart();
  await eventually(async () => told.find(({ phase }) => phase === 'whole'), 'the restarted store to be whole');
  expect(told[0]).toMatchObject({ phase: 'noticed', cause: 'restarted', byOther: false });
  expect(await isWhole()).toBe(true);
  await watch.stop();
});

it('a store that does not answer is unknown until it does', async () => {
  const store = createMemoryStore();
  const { watch, told } = await watching(store);
  await store.close();
  await eventually(async () => watch.state === 'unknown' || undefined, 'the store to be away');
  expect(told).toEqual([]);
  await watch.stop();
});
