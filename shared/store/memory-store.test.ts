import { expect, test } from 'vitest';
import { fakeClock } from '#shared/testing/clock.ts';
import { aChange, aFact, anEntry } from './contract/fixtures.ts';
import { describeCorrelationStore } from './correlation-store.contract.ts';
import { createMemoryStore } from './memory-store.ts';

describeCorrelationStore('the memory store', async () => {
  const store = createMemoryStore();
  return { store, wipe: async () => store.wipe(), cleanup: () => store.close() };
});

test('the memory store lives by the clock that it is given', async () => {
  const clock = fakeClock();
  const store = createMemoryStore({ now: clock });
  await store.commit('o', 0, aChange({ dueAt: clock() + 1_000, forgetAfterMs: 2_000 }));
  expect(await store.claimDue(1, 500)).toEqual([]);
  clock.advance(1_000);
  expect(await store.claimDue(1, 500)).toEqual(['o']);
  clock.advance(499);
  expect(await store.claimDue(1, 500)).toEqual([]);
  clock.advance(501);
  expect((await store.load('o')).version).toBe(0);
});

test('the memory store refuses to do again what was done before', async () => {
  const store = createMemoryStore();
  const change = {
    facts: [aFact('e', { key: 'k' })],
    outbox: [anEntry('m')],
    counts: [{ once: 'c', total: 't', by: 1 }],
  };
  await store.commit('o', 0, aChange(change));
  await expect(store.commit('o', 1, aChange(change))).rejects.toThrow('fact e, outbox entry m, count c');
  await expect(store.commit('o', 1, aChange({ facts: [aFact('e2', { key: 'k' })] }))).rejects.toThrow('fact e2');
  expect((await store.load('o')).version).toBe(1);
});

test('the memory store lets others in before it acts', async () => {
  const clock = fakeClock();
  const store = createMemoryStore({ now: clock });
  const loading = store.load('o');
  clock.advance(1);
  expect((await loading).now).toBe(clock());
});

test('the memory store comes up again with what it had synced, and is rebuilt from its note on', async () => {
  const store = createMemoryStore();
  await store.commit('kept', 0, aChange());
  await store.noteSettled(7);
  store.sync();
  await store.commit('lost', 0, aChange());
  await store.noteSettled(9);
  store.restart();
  expect(await store.standing()).toEqual({ is: 'restarted', settledUpTo: 7 });
  await expect(store.load('kept')).rejects.toThrow('store is away');
  const rebuild = await store.beginRebuild(1_000);
  expect(rebuild?.cause).toBe('restarted');
  await rebuild?.complete(8);
  expect((await store.load('kept')).version).toBe(1);
  expect((await store.load('lost')).version).toBe(0);
});

test('whoever rebuilds the memory store when it restarts has to begin anew', async () => {
  const store = createMemoryStore({ fresh: true });
  const rebuild = await store.beginRebuild(1_000);
  store.sync();
  store.restart();
  await expect(rebuild?.commit('o', 0, aChange())).rejects.toThrow();
  expect((await store.standing()).is).toBe('rebuilding');
  expect(await store.beginRebuild(1_000)).toBeDefined();
});
