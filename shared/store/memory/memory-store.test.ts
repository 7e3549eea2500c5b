import { expect, test } from 'vitest';
import { fakeClock } from '#shared/testing/clock.ts';
import { commitNow } from '../contract/fixtures.ts';
import { describeStore } from '../store.contract.ts';
import { NotWhole } from '../store.ts';
import { createMemoryStore } from './memory-store.ts';

describeStore('the memory store', async () => {
  const store = createMemoryStore();
  return { store, wipe: async () => store.wipe() };
});

test('the memory store lives by the clock that it is given', async () => {
  const clock = fakeClock();
  const store = createMemoryStore({ now: clock });
  await commitNow(store, 'o', { entry: 'a', dueAt: clock() + 1_000, expireAfterMs: 2_000 });
  expect(await store.claimDue(1, 500)).toEqual([]);
  clock.advance(1_000);
  expect(await store.claimDue(1, 500)).toHaveLength(1);
  clock.advance(499);
  expect(await store.claimDue(1, 500)).toEqual([]);
  clock.advance(500);
  expect(await store.load('o')).toMatchObject({ version: 1, now: clock() });
  clock.advance(1);
  expect(await store.load('o')).toMatchObject({ version: 0, now: clock() });
});

test('the memory store lets others in before it acts', async () => {
  const clock = fakeClock();
  const loading = createMemoryStore({ now: clock }).load('o');
  clock.advance(1);
  expect((await loading).now).toBe(clock());
});

test('the memory store restarts with what it had synced, and is rebuilt from its checkpoint on', async () => {
  const store = createMemoryStore();
  await commitNow(store, 'kept', { entry: 'a' });
  await store.checkpoint(7);
  store.sync();
  await commitNow(store, 'lost', { entry: 'a' });
  await store.checkpoint(9);
  store.restart();
  expect(await store.health()).toEqual({ is: 'restarted', checkpoint: 7 });
  expect(await store.load('kept').catch((error: unknown) => error)).toBeInstanceOf(NotWhole);
  const rebuild = await store.beginRebuild(1_000);
  expect(rebuild).toMatchObject({ cause: 'restarted', from: 7 });
  await rebuild?.complete(8);
  expect((await store.load('kept')).version).toBe(1);
  expect((await store.load('lost')).version).toBe(0);
});

test('whoever rebuilds the memory store when it restarts has to begin anew', async () => {
  const store = createMemoryStore({ fresh: true });
  const rebuild = await store.beginRebuild(1_000);
  store.sync();
  store.restart();
  expect(await rebuild?.load('o').catch((error: unknown) => error)).toBeInstanceOf(NotWhole);
  expect((await store.health()).is).toBe('rebuilding');
  expect(await store.beginRebuild(1_000)).toBeDefined();
});
