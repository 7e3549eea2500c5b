import { afterEach, beforeEach, expect, test } from 'vitest';
import { testLikeMemory } from '../contract/clients.ts';
import { commitNow, LONG_AGO, makeWhole } from '../contract/fixtures.ts';
import { describeStore } from '../store.contract.ts';
import { createStoreFolder } from './fixtures/store-folder.ts';
import { documentIds, dropStore } from './store-rows.ts';

let folder: ReturnType<typeof createStoreFolder>;

beforeEach(() => {
  folder = createStoreFolder();
});
afterEach(() => folder[Symbol.asyncDispose]());

describeStore('the SQLite store', async () => ({
  store: await folder.openWhole(),
  wipe: async () => folder.removeFiles(),
}));

testLikeMemory(
  () => folder.open(),
  async () => {
    await dropStore(folder.at);
    await makeWhole(folder.open());
  },
  100,
);

test('two services in one folder know nothing of each other', async () => {
  const [one, other] = [await folder.openWhole(), await folder.openWhole({ service: 'other-service' })];
  await commitNow(one, 'o', { entry: 'a', counters: { t: 1 }, dueAt: LONG_AGO });
  expect(await other.load('o')).toMatchObject({ version: 0, dueAt: undefined });
  expect((await other.counters()).counters).toEqual({});
});

test('what was committed is there for whoever opens the file later', async () => {
  const first = await folder.openWhole();
  await commitNow(first, 'o', { entry: 'a', counters: { t: 1 }, dueAt: LONG_AGO });
  await first.checkpoint(7, 's');
  await first.close();
  const second = folder.open();
  expect(await second.health()).toEqual({ is: 'whole', checkpoint: 7, stream: 's' });
  expect(await second.load('o')).toMatchObject({ entries: ['a'], dueAt: LONG_AGO });
});

test('expired documents are removed as others begin to expire, and those that are due are kept as such', async () => {
  const store = await folder.openWhole();
  for (const id of ['a', 'b', 'due'])
    await commitNow(store, id, { entry: id, expireAfterMs: 1, dueAt: id === 'due' ? LONG_AGO : undefined });
  const remaining = async () => (await documentIds(folder.at)).sort();
  await expect.poll(async () => (await store.load('due')).version).toBe(0);
  for (const id of ['x', 'y']) await commitNow(store, id, { entry: id, expireAfterMs: 60_000 });
  expect(await remaining()).toEqual(['due', 'x', 'y']);
  expect(await store.oldest(9)).toEqual([{ id: 'due', dueAt: LONG_AGO }]);
});

test('the tools list the documents of a file, and drop them under a process that has it open', async () => {
  const store = await folder.openWhole();
  await store.stock({ flour: 3 }, 'missing');
  for (const id of ['a', 'b']) await commitNow(store, id, { entry: id, counters: { t: 1 }, dueAt: LONG_AGO });
  await store.claimDue(1, 60_000);
  expect((await documentIds(folder.at)).sort()).toEqual(['a', 'b']);
  expect(await dropStore(folder.at)).toBe(7);
  expect(await store.health()).toEqual({ is: 'wiped', checkpoint: 0 });
  await makeWhole(store);
  expect(await documentIds(folder.at)).toEqual([]);
  expect(await store.counters()).toMatchObject({ counters: {}, pools: {}, oldestDueAt: undefined });
});
